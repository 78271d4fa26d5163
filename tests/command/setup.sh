#!/bin/sh
# scripts/setup against a machine that does not exist: PATH holds one folder of made-up programs, among them a
# dpkg-query that knows what "installed" names, and an apt-get that writes down how it was called and then
# installs what the folder "available" offers. So nothing real is looked at, and nothing is ever installed.
#
#   sh tests/command/setup.sh

set -u
cd "$(dirname "$0")/../.." || exit 3
setup=$PWD/scripts/setup
place=$(mktemp -d) || exit 3
trap 'rm -rf "$place"' EXIT
failed=0

libraries="libc6-dev libreadline-dev libncurses-dev libsqlite3-dev libcjson-dev libcmark-dev libmd-dev
    libpcre2-dev libseccomp-dev libmicrohttpd-dev libssl-dev libyaml-dev"
everything="gcc make bubblewrap patch python3 nodejs libc6-dev libreadline-dev libncurses-dev libsqlite3-dev \
libcjson-dev libcmark-dev libmd-dev libpcre2-dev libseccomp-dev libmicrohttpd-dev libssl-dev libyaml-dev \
libcurl4-openssl-dev"

# program FILE TEXT…: makes an executable of these lines of shell.
program() {
    file=$1
    shift
    printf '#!/bin/sh\n' >"$file"
    printf '%s\n' "$@" >>"$file"
    chmod +x "$file"
}

# A machine with nothing but Debian's package tools, as root; apt-get can bring everything.
machine() {
    rm -rf "${place:?}/bin" "$place/available" "$place/log"
    mkdir "$place/bin" "$place/available"
    : >"$place/log"
    : >"$place/installed"
    ln -s "$(command -v env)" "$place/bin/env"
    program "$place/bin/id" 'echo 0'
    program "$place/bin/uname" 'echo x86_64'
    # shellcheck disable=SC2016 # these are the programs' own variables
    program "$place/bin/dpkg-query" \
        'while read -r name state; do' \
        '    for asked in "$@"; do [ "$asked" = "$name" ] && echo "$name ${state:-installed}"; done' \
        "done <$place/installed" 'exit 1 # as the real one does when one of the names is unknown'
    # shellcheck disable=SC2016
    program "$place/bin/apt-get" \
        "echo \"\$DEBIAN_FRONTEND apt-get \$*\" >>$place/log" \
        'case "$*" in *" install "*) ;; *) exit 0 ;; esac' \
        'shift; while [ "$1" != --no-install-recommends ]; do shift; done; shift' \
        'for package in "$@"; do' \
        "    echo \"\$package\" >>$place/installed" \
        "    [ -d $place/available/\$package ] && $(command -v cp) $place/available/\$package/* $place/bin/" \
        'done' 'exit 0'
    offers gcc gcc cc
    offers make make
    offers bubblewrap bwrap
    offers patch patch
    offers python3 python3
    offers nodejs node
    program "$place/available/nodejs/node" 'echo v18.20.4'
    for tool in clang-format clang-tidy cppcheck shellcheck tmux npm; do
        offers "$tool" "$tool"
    done
    offers clang clang
    clang "$place/available/clang/clang" 14.0.6
    offers libclang-rt-14-dev libclang_rt.fuzzer-x86_64.a
}

# offers PACKAGE PROGRAM…
offers() {
    mkdir -p "$place/available/$1"
    folder=$place/available/$1
    shift
    for name in "$@"; do
        program "$folder/$name" 'exit 0'
    done
}

# A clang that finds its fuzzer's library in the same folder, if it is there.
clang() {
    # shellcheck disable=SC2016
    program "$1" 'case $1 in' "-dumpversion) echo $2 ;;" \
        "-print-file-name=*) name=\${1#*=}; [ -e $place/bin/\$name ] && echo $place/bin/\$name || echo \$name ;;" \
        'esac'
}

# has TOOL…: tools that run. installs PACKAGE…
has() {
    for name in "$@"; do
        program "$place/bin/$name" 'exit 0'
    done
}
installs() {
    for name in "$@"; do
        echo "$name" >>"$place/installed"
    done
}
# All that `start` asks for.
ready() {
    machine
    has gcc cc make bwrap patch python3
    program "$place/bin/node" 'echo v22.1.0'
    # shellcheck disable=SC2086
    installs $libraries libcurl4-openssl-dev
}

# expect NAME STATUS OUTPUT LOG ARGUMENTS…: what it says (both streams) and how apt-get was called.
expect() {
    name=$1 status=$2 output=$3 log=$4
    shift 4
    came=$(PATH="$place/bin" "$setup" "$@" 2>&1)
    came_status=$?
    came_log=$(cat "$place/log")
    if [ "$came_status" != "$status" ] || [ "$came" != "$output" ] || [ "$came_log" != "$log" ]; then
        failed=$((failed + 1))
        printf 'FAILED %s\n--- expected, status %s\n%s\n--- came, status %s\n%s\n' "$name" "$status" "$output" \
            "$came_status" "$came"
        printf -- '--- apt-get, expected\n%s\n--- apt-get, came\n%s\n' "$log" "$came_log"
    else
        printf 'ok %s\n' "$name"
    fi
}

update="noninteractive apt-get -q -o DPkg::Lock::Timeout=120 update"
install="noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends"

ready
expect "all is there: no package manager is touched" 0 "Nothing is missing for start." "" start

ready
rm "$place/bin/id" "$place/bin/apt-get"
expect "all is there: neither root nor apt-get is needed" 0 "Nothing is missing for start." "" start

machine
expect "a bare machine gets everything, and says so first" 0 "Missing for start: $everything
Nothing is missing for start." "$update
$install $everything" start

machine
expect "--check installs nothing" 1 "Missing for start: $everything" "" start --check

ready
sed -i '/^libcjson-dev$/d' "$place/installed"
expect "only what is missing" 0 "Missing for start: libcjson-dev
Nothing is missing for start." "$update
$install libcjson-dev" start

ready
sed -i 's/^libcjson-dev$/libcjson-dev config-files/' "$place/installed"
expect "removed but not purged is missing" 1 "Missing for start: libcjson-dev" "" start --check

for flavour in gnutls nss; do
    ready
    sed -i "s/^libcurl4-openssl-dev\$/libcurl4-$flavour-dev/" "$place/installed"
    expect "libcurl's $flavour flavour is kept" 0 "Nothing is missing for start." "" start
done

ready
rm "$place/bin/cc"
expect "a gcc of one's own counts, without its package" 0 "Nothing is missing for start." "" start

ready
program "$place/bin/python3" 'echo "pyenv: version 3.12 is not installed" >&2; exit 127'
expect "a shim that runs nothing does not count" 1 "Missing for start: python3" "" start --check

ready
program "$place/bin/node" 'echo v16.20.2'
expect "a node that is too old does not count" 1 "Missing for start: nodejs" "" start --check

ready
program "$place/bin/node" 'echo v16.20.2'
program "$place/available/nodejs/node" 'echo v16.20.2'
expect "what is still missing afterwards is said, and not tried twice" 3 "Missing for start: nodejs
scripts/setup: still missing after installing: nodejs. This release's packages may be too old for it; install \
newer ones by hand." "$update
$install nodejs" start

ready
expect "tests need more; clang's fuzzer library is asked for by clang's version, once clang is there" 0 \
    "Missing for test: clang clang-format clang-tidy cppcheck shellcheck tmux npm libcriterion-dev python3-flask
Missing for test: libclang-rt-14-dev
Nothing is missing for test." "$update
$install clang clang-format clang-tidy cppcheck shellcheck tmux npm libcriterion-dev python3-flask
$install libclang-rt-14-dev" test

ready
clang "$place/bin/clang" 19.1.7
has clang-format clang-tidy cppcheck shellcheck tmux npm
installs libcriterion-dev python3-flask
expect "another clang, another library" 1 "Missing for test: libclang-rt-19-dev" "" test --check

ready
rm "$place/bin/patch"
program "$place/bin/id" 'echo 1000'
# shellcheck disable=SC2016
program "$place/bin/sudo" "echo \"sudo \$*\" >>$place/log" 'exec "$@"'
expect "not root: sudo" 0 "Missing for start: patch
Nothing is missing for start." "sudo env DEBIAN_FRONTEND=noninteractive ${update#* }
$update
sudo env DEBIAN_FRONTEND=noninteractive ${install#* } patch
$install patch" start

ready
rm "$place/bin/patch"
program "$place/bin/id" 'echo 1000'
expect "neither root nor sudo: what to type" 3 "Missing for start: patch
scripts/setup: installing needs root, and there is no sudo. As root, run: apt-get install \
--no-install-recommends patch" "" start

ready
rm "$place/bin/patch"
# shellcheck disable=SC2016
program "$place/bin/apt-get" 'case "$*" in *update) exit 100 ;; esac' "echo \"\$*\" >>$place/log" \
    "$(command -v cp) $place/available/patch/patch $place/bin/"
expect "without a network the old lists may do" 0 "Missing for start: patch
scripts/setup: the lists of packages could not be renewed; going on with the old ones
Nothing is missing for start." "${install#* apt-get } patch" start

ready
rm "$place/bin/patch"
program "$place/bin/apt-get" 'echo "E: no such package" >&2; exit 100'
expect "apt-get fails" 3 "Missing for start: patch
E: no such package
scripts/setup: the lists of packages could not be renewed; going on with the old ones
E: no such package
scripts/setup: apt-get could not install these; its own words are above. Mend that, and run this again: \
scripts/setup start" "" start

ready
rm "$place/bin/dpkg-query"
# shellcheck source=/dev/null
system=$(. /etc/os-release 2>/dev/null && echo "${PRETTY_NAME:-$ID}")
expect "another distribution" 3 "scripts/setup: ${system:-this system} has no dpkg-query, and only Debian's \
packages are known here.
scripts/setup: install what your distribution calls these, then run make: $everything" "" start

for arguments in "" "stop" "start now" "start --check test"; do
    ready
    # shellcheck disable=SC2086 # split on purpose
    expect "usage: '$arguments'" 2 "usage: scripts/setup start|test [--check]" "" $arguments
done

[ "$failed" -eq 0 ] || { echo "$failed failed"; exit 1; }
