/* What the kernel refuses, by seccomp.
 *
 * Both filters are lists of what is denied, not of what is allowed: a learner may use any runtime, and one
 * that was never tried must not fail in a way its author cannot see. Denied is what reaches into other
 * processes, makes namespaces and mounts, or loads code into the kernel; each needs privileges that a room
 * does not have, but each was also the door of some kernel's bug. Denied calls answer with an error that
 * programs expect.
 *
 * The probe's filter denies besides what a probe never does: to run a program, to fork, to send a signal. So
 * whoever takes it over by a hostile answer holds a process that can do nothing but talk to 127.0.0.1.
 *
 * libseccomp takes a millisecond or two to build one, so both are built once, by the broker, as instructions
 * in a memfd, and loaded from there in every room.
 *
 * What a filter cannot do here: see behind pointers (hence clone3 is "not there", and C libraries fall back
 * to clone, whose flags are a value). */
#include "checker/room/parts.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>

static const int denied_to_all[] = {
    /* other processes */
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(process_madvise),
    SCMP_SYS(kcmp),
    SCMP_SYS(pidfd_getfd),
    /* mounts and namespaces */
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_tree),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsmount),
    SCMP_SYS(fsconfig),
    SCMP_SYS(fspick),
    SCMP_SYS(mount_setattr),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(name_to_handle_at),
    /* the kernel */
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(acct),
    SCMP_SYS(quotactl),
    SCMP_SYS(syslog),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(adjtimex),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(iopl),
    SCMP_SYS(ioperm),
    SCMP_SYS(fanotify_init),
    SCMP_SYS(lookup_dcookie),
    SCMP_SYS(vhangup),
    SCMP_SYS(uselib),
    SCMP_SYS(nfsservctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(keyctl),
};

/* Runtimes try these and know what to do without. */
static const int not_there[] = {
    SCMP_SYS(clone3),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
};

static const uint64_t namespaces[] = {CLONE_NEWUSER, CLONE_NEWNS,  CLONE_NEWPID,   CLONE_NEWNET,
                                      CLONE_NEWIPC,  CLONE_NEWUTS, CLONE_NEWCGROUP};

static const int denied_to_probe[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork),
    SCMP_SYS(vfork),  SCMP_SYS(kill),     SCMP_SYS(pidfd_send_signal),
};

/* Segments of System V shared memory outlive their processes and show in no process's memory: small ones
 * only. */
enum { SHARED_SEGMENT_MAX = 256 << 10 };

static bool add(scmp_filter_ctx filter, uint32_t action, int call, unsigned count,
                struct scmp_arg_cmp argument) {
    int result = seccomp_rule_add(filter, action, call, count, argument);
    /* A call that this architecture does not have needs no rule. */
    return result == 0 || result == -EDOM || result == -EINVAL;
}

static scmp_filter_ctx build(bool probe) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter)
        return NULL;
    struct scmp_arg_cmp none = {0};
    uint32_t refuse = SCMP_ACT_ERRNO(EPERM);
    bool good = true;
    for (size_t i = 0; i < LENGTH_OF(denied_to_all); i++)
        good &= add(filter, refuse, denied_to_all[i], 0, none);
    for (size_t i = 0; i < LENGTH_OF(not_there); i++)
        good &= add(filter, SCMP_ACT_ERRNO(ENOSYS), not_there[i], 0, none);
    for (size_t i = 0; i < LENGTH_OF(namespaces); i++)
        good &= add(filter, refuse, SCMP_SYS(clone), 1,
                    SCMP_A0_64(SCMP_CMP_MASKED_EQ, namespaces[i], namespaces[i]));
    good &= add(filter, refuse, SCMP_SYS(ioctl), 1, SCMP_A1_64(SCMP_CMP_MASKED_EQ, 0xffffffffu, TIOCSTI));
    good &= add(filter, refuse, SCMP_SYS(ioctl), 1, SCMP_A1_64(SCMP_CMP_MASKED_EQ, 0xffffffffu, TIOCLINUX));
    good &= add(filter, SCMP_ACT_ERRNO(ENOMEM), SCMP_SYS(shmget), 1,
                SCMP_A1_64(SCMP_CMP_GT, SHARED_SEGMENT_MAX, 0));
    for (int family = 0; family <= AF_MAX; family++)
        if (family != AF_UNIX && family != AF_INET && family != AF_INET6 && family != AF_NETLINK)
            good &= add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
                        SCMP_A0_64(SCMP_CMP_EQ, (uint64_t)family, 0));
    good &=
        add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1, SCMP_A0_64(SCMP_CMP_GT, AF_MAX, 0));
    if (probe) {
        for (size_t i = 0; i < LENGTH_OF(denied_to_probe); i++)
            good &= add(filter, refuse, denied_to_probe[i], 0, none);
        /* A new thread is fine, a new process is not. */
        good &= add(filter, refuse, SCMP_SYS(clone), 1, SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
    }
    if (good)
        return filter;
    seccomp_release(filter);
    return NULL;
}

bool filter_write(bool probe, int *ret_memfd, struct error *error) {
    scmp_filter_ctx filter = build(probe);
    if (!filter)
        return fail(error, FAULT_OURS, "cannot build the filter of system calls (libseccomp)");
    int memfd = memfd_create("filter", MFD_CLOEXEC);
    bool good = memfd >= 0 && seccomp_export_bpf(filter, memfd) == 0;
    seccomp_release(filter);
    if (!good) {
        if (memfd >= 0)
            close(memfd);
        return fail(error, FAULT_OURS, "cannot write the filter of system calls down (libseccomp)");
    }
    *ret_memfd = memfd;
    return true;
}

bool filter_load(int memfd, struct error *error) {
    struct stat status;
    if (fstat(memfd, &status) != 0 || status.st_size == 0)
        return fail(error, FAULT_OURS, "the filter of system calls is not there");
    size_t length = (size_t)status.st_size;
    SCOPE_FREE struct sock_filter *instructions = malloc(length);
    if (!instructions || pread(memfd, instructions, length, 0) != (ssize_t)length)
        return fail_errno(error, FAULT_OURS, "the filter of system calls cannot be read");
    struct sock_fprog program = {(unsigned short)(length / sizeof *instructions), instructions};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return fail_errno(error, FAULT_OURS,
                          "this kernel does not take the filter of system calls (seccomp)");
    return true;
}
