/* What the probe may open, by Landlock: the system's files to read, the room's folders to write.
 *
 * In a room with namespaces that is a second wall, for nothing else is mounted there; in a plain room it is
 * the only one. The kernel may have no Landlock or an older one, which leaves newer rights unguarded, so only
 * rights that it knows are asked for. One effect is not wanted but cannot be had without: a process under
 * Landlock may not look into /proc/PID/fd of others. Init answers that (room_socket_owner). */
#include "checker/room/parts.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static const uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t of_files =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_EXECUTE | (1ull << 14);

/* All rights on files that this version of the kernel's interface knows. */
static uint64_t known_rights(long version) {
    uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    if (version >= 2)
        rights |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3)
        rights |= 1ull << 14; /* truncate */
    return rights;
}

static void allow(int rules, const char *path, uint64_t rights) {
    SCOPE_CLOSE int place = open(path, O_PATH | O_CLOEXEC);
    struct stat status;
    if (place < 0 || fstat(place, &status) != 0)
        return;
    if (!S_ISDIR(status.st_mode))
        rights &= of_files;
    struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = place};
    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

bool landlock_probe(const struct world *world, struct error *error) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return true;
    uint64_t all = known_rights(version);
    struct landlock_ruleset_attr attributes = {.handled_access_fs = all};
    SCOPE_CLOSE int rules = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (rules < 0)
        return fail_errno(error, FAULT_OURS, "this kernel has Landlock but does not take its rules");
    static const char *const readable[] = {"/usr", "/etc", "/lib", "/lib64", "/proc"};
    static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/urandom",
                                          "/dev/random"};
    for (size_t i = 0; i < LENGTH_OF(readable); i++)
        allow(rules, readable[i], reading);
    for (size_t i = 0; i < LENGTH_OF(devices); i++)
        allow(rules, devices[i],
              LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | (all & 1ull << 14));
    const char *const writable[] = {world->app, world->data, world->temporary};
    for (size_t i = 0; i < LENGTH_OF(writable); i++)
        allow(rules, writable[i], all & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_landlock_restrict_self, rules, 0) != 0)
        return fail_errno(error, FAULT_OURS, "this kernel has Landlock but does not apply its rules");
    return true;
}
