# backend-learn. `make help` says what can be made; README.md is where to begin.

BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
VERSION := 0.1.0

# What `make` alone does.
all: $(BUILD)/backend-learn $(BUILD)/backend-learn-probe $(BUILD)/backend-learn-launcher

# --- flags ----------------------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wvla -Wformat=2
CPPFLAGS += -I. -D_GNU_SOURCE -DBACKEND_LEARN_VERSION='"$(VERSION)"'
CFLAGS ?= -O2 -g
override CFLAGS += -std=gnu17 $(WARNINGS) -fstack-protector-strong
SANITIZE := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

CLI_LIBS := -lsqlite3 -lcjson -lcmark -lmd -lm
PROBE_LIBS := -lcurl -lmicrohttpd -lcjson -lpcre2-8 -lseccomp -lmd -lm

# --- modules: one folder, one archive; each names what it needs, so that a test links no more than that ---------

MODULES := base curriculum toolchain room pattern models judge probe fixtures
needs_base := base
needs_curriculum := curriculum base
needs_toolchain := toolchain base
needs_room := room base
needs_pattern := pattern models pattern base
needs_models := $(needs_pattern)
needs_judge := judge curriculum toolchain room base
needs_probe := probe fixtures $(needs_pattern) room base
needs_fixtures := fixtures base
needs_cli := cli judge curriculum toolchain room base

sources = $(filter-out %/main.c %/launcher.c,$(wildcard $(if $(filter cli fixtures,$1),$1/*.c $1/*/*.c,checker/$1/*.c checker/$1/*/*.c)))
objects = $(patsubst %.c,$(BUILD)/$2/%.o,$(call sources,$1))
archives = $(foreach m,$(needs_$1),$(BUILD)/$2/$m.a)

define module_rules
$(BUILD)/$2/$1.a: $(call objects,$1,$2)
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(AR) rcs $$@ $$^
endef
$(foreach kind,plain sanitized fuzzed,$(foreach m,$(MODULES) cli,$(eval $(call module_rules,$m,$(kind)))))

$(BUILD)/plain/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/sanitized/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(filter-out -O2,$(CFLAGS)) $(SANITIZE) -MMD -MP -c $< -o $@

# --- programs -------------------------------------------------------------------------------------------------

$(BUILD)/backend-learn: $(BUILD)/plain/cli/main.o $(call archives,cli,plain)
	$(CC) $(LDFLAGS) -o $@ $+ $(CLI_LIBS)

$(BUILD)/backend-learn-probe: $(BUILD)/plain/checker/probe/main.o $(call archives,probe,plain)
	$(CC) $(LDFLAGS) -o $@ $+ $(PROBE_LIBS)

# Static and tiny: it starts inside bubblewrap for every process of a learner's.
$(BUILD)/backend-learn-launcher: $(BUILD)/plain/checker/room/launcher.o
	$(CC) $(LDFLAGS) -static -o $@ $^

# --- unit tests: tests/unit/MODULE-SUBJECT.c is one program, under AddressSanitizer and UBSan --------------------

UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))
module_of = $(firstword $(subst -, ,$(notdir $1)))

.SECONDEXPANSION:
$(BUILD)/unit/%: $(BUILD)/sanitized/tests/unit/%.o $$(call archives,$$(call module_of,$$*),sanitized)
	@mkdir -p $(@D)
	$(CC) $(SANITIZE) -o $@ $+ -lcriterion $(CLI_LIBS) $(PROBE_LIBS)

unit: $(UNIT_TESTS) $(BUILD)/backend-learn-launcher

# --- fuzzing: tests/fuzz/MODULE-SUBJECT.c is one libFuzzer program; its seeds lie in tests/fuzz/corpus/ -----------
# What it finds of interest grows in $(BUILD)/fuzz/corpus/, what it finds wrong becomes $(BUILD)/fuzz/NAME-crash-….

FUZZ_SECONDS ?= 20
FUZZ_CC ?= clang
FUZZ_TESTS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
FUZZ_LIMITS := -rss_limit_mb=1024 -malloc_limit_mb=512 -timeout=5 -max_len=16384

$(BUILD)/fuzzed/%.o: %.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(CPPFLAGS) $(filter-out -O2,$(CFLAGS)) $(SANITIZE) -fsanitize=fuzzer-no-link -MMD -MP -c $< -o $@

$(BUILD)/fuzz/%: $(BUILD)/fuzzed/tests/fuzz/%.o $$(call archives,$$(call module_of,$$*),fuzzed)
	@mkdir -p $(@D)
	$(FUZZ_CC) $(SANITIZE) -fsanitize=fuzzer -o $@ $+ $(CLI_LIBS) $(PROBE_LIBS)

fuzz: $(FUZZ_TESTS:%=fuzz/%)
$(FUZZ_TESTS:%=fuzz/%): fuzz/%: $(BUILD)/fuzz/%
	@mkdir -p $(BUILD)/fuzz/corpus/$*
	@$< -max_total_time=$(FUZZ_SECONDS) $(FUZZ_LIMITS) -artifact_prefix=$(BUILD)/fuzz/$*- -print_final_stats=1 \
	    $(BUILD)/fuzz/corpus/$* tests/fuzz/corpus/$* >$(BUILD)/fuzz/$*.log 2>&1 || \
	    { tail -n 60 $(BUILD)/fuzz/$*.log; exit 1; }
	@sed -n 's,^stat::number_of_executed_units: *,ok     $@  inputs tried: ,p' $(BUILD)/fuzz/$*.log

# --- speed: what things cost beside what they should be near -------------------------------------------------------

$(BUILD)/bench/floor $(BUILD)/bench/peak: $(BUILD)/bench/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(CC) -O2 -std=gnu17 -D_GNU_SOURCE $(WARNINGS) -o $@ $<

$(BUILD)/bench/room: $(BUILD)/plain/tests/bench/room.o $(call archives,room,plain)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $+ $(PROBE_LIBS)

$(BUILD)/bench/backend-learn-launcher: $(BUILD)/backend-learn-launcher
	@mkdir -p $(@D)
	@cp $< $@

bench: all $(addprefix $(BUILD)/bench/,floor peak room backend-learn-launcher)
	@BUILD=$(BUILD) tests/bench/bench

soak: all
	@BACKEND_LEARN_ROOT=$(CURDIR) tests/soak --build $(BUILD) $(R:%=--right %) $(W:%=--wrong %) \
	    $(or $(N),$(error say which steps, as in `make soak N="6 16"`; R and W are how often right and wrong answers))

# --- what a person types --------------------------------------------------------------------------------------

start:
	@scripts/setup start
	@$(MAKE) -s all
	@$(BUILD)/backend-learn

test:
	@scripts/setup test
	@$(MAKE) -s -j$$(nproc) all unit
	@$(MAKE) -s lint
	@BUILD=$(BUILD) tests/run

C_FILES = $(shell find cli checker fixtures tests -name '*.[ch]' -not -path 'tests/miniature/*')
SHELL_FILES = tests/run .ci/run scripts/setup $(wildcard tests/command/*.sh)
lint:
	@clang-format --dry-run --Werror $(C_FILES)
	@cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --enable=warning,portability --suppress=missingInclude \
	    --suppress=normalCheckLevelMaxBranches --suppress=unmatchedSuppression -j$$(nproc) -I. -D_GNU_SOURCE \
	    -DBACKEND_LEARN_VERSION='""' --include=scripts/cppcheck.h cli checker fixtures
	@shellcheck $(SHELL_FILES)
	@! objdump -t $(BUILD)/backend-learn $(BUILD)/backend-learn-probe | \
	    grep -E ' [lg] +O \.(data|bss)\s' | grep -vE '@|completed\.0|__' || \
	    { echo 'lint: writable globals, named above; a context is the first parameter'; exit 1; }

SHARE = $(DESTDIR)$(PREFIX)/share/backend-learn
install: all
	install -D -m 755 $(BUILD)/backend-learn $(DESTDIR)$(PREFIX)/bin/backend-learn
	install -D -m 755 $(BUILD)/backend-learn-probe $(DESTDIR)$(PREFIX)/libexec/backend-learn/backend-learn-probe
	install -D -m 755 $(BUILD)/backend-learn-launcher $(DESTDIR)$(PREFIX)/libexec/backend-learn/backend-learn-launcher
	mkdir -p $(SHARE)
	cp -R exercises lessons $(SHARE)/
	chmod -R a+rX $(SHARE)

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/backend-learn
	rm -rf $(DESTDIR)$(PREFIX)/libexec/backend-learn $(SHARE)

describe: $(BUILD)/backend-learn-probe
	$(BUILD)/backend-learn-probe --describe >exercises/CHECKS.md
	$(BUILD)/backend-learn-probe --schema >exercises/exercise.schema.json

clean:
	rm -rf $(BUILD)

help:
	@echo 'make            build the programs in $(BUILD)/'
	@echo 'make start      install what is missing, build, open the workbench'
	@echo 'make test       install what tests need, build, run every test'
	@echo 'make fuzz       broken input for every parser, FUZZ_SECONDS ($(FUZZ_SECONDS)) each; needs clang'
	@echo 'make bench      what things cost, beside what they should be near'
	@echo 'make soak       N="6 16": right and wrong answers over R and W seeds, with all processors busy'
	@echo 'make lint       formatting, static analysis, shell scripts'
	@echo 'make install    into PREFIX ($(PREFIX)), below DESTDIR if that is set'
	@echo 'make uninstall  remove what install put there'
	@echo 'make describe   write exercises/CHECKS.md and the schema for editors from the tables in the code'
	@echo 'make clean      remove $(BUILD)/'

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
.PHONY: all unit bench soak fuzz $(FUZZ_TESTS:%=fuzz/%) describe start test lint install uninstall clean help
.PRECIOUS: $(BUILD)/plain/%.o $(BUILD)/sanitized/%.o $(BUILD)/fuzzed/%.o
