/* Tests that run inside a room.
 *
 * The test program is its own probe: probe_open starts it again, with arguments by which a constructor
 * recognises it, and then it is a broker whose worker runs the tests of this file by name. A test says what
 * it expected in EXPECT(); what did not hold comes back over the channel and fails the Criterion test
 * outside.
 *
 * The subject (subject.c) is compiled in each test that wants it and unpacked to /lab/app as ./subject. Its
 * source is in the test program, which therefore may be run from anywhere. Beside the build's unit folder
 * lies backend-learn-launcher, which must have been built. */
#pragma once
#include "checker/base/json.h"
#include "checker/base/memory.h"
#include "checker/room/room.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

struct inside_test {
    const char *name;
    void (*run)(struct room *room, struct text *why);
};

/* Defined by the test file, ended by a row without a name. */
extern const struct inside_test inside_tests[];

#define EXPECT(condition, ...)                                                                               \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            text_printf(why, "%s:%d: %s: ", __FILE__, __LINE__, #condition);                                 \
            text_printf(why, __VA_ARGS__);                                                                   \
            text_puts(why, "\n");                                                                            \
        }                                                                                                    \
    } while (0)

/* --- in the room ---------------------------------------------------------------------------------------- */

static int inside_serve(struct room *room, struct channel *channel) {
    SCOPE_JSON cJSON *request = NULL;
    struct error error;
    while (channel_read(channel, 0, &request, NULL, &error)) {
        const char *name = json_text(request, "run");
        SCOPE_TEXT struct text why = {0};
        const struct inside_test *test = inside_tests;
        while (test->name && (!name || strcmp(test->name, name) != 0))
            test++;
        if (test->name)
            test->run(room, &why);
        else
            text_printf(&why, "no test is called %s", name);
        SCOPE_JSON cJSON *answer = cJSON_CreateObject();
        json_set_text(answer, "why", why.length ? why.bytes : "");
        channel_write(channel, answer, -1, NULL);
        cJSON_Delete(request);
        request = NULL;
    }
    return 0;
}

__attribute__((constructor)) static void become_broker(int argc, char **argv) {
    static const struct room_worker worker = {.serve = inside_serve};
    if (argc < 2 || strcmp(argv[1], "rooms") != 0)
        return;
    /* What a sanitizer has to say is wanted. */
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 8);
    if (length > 0) {
        strcpy(path + length, ".log");
        int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        if (log >= 0)
            dup2(log, 2);
    }
    _exit(broker_main(&worker, argc, argv));
}

/* Runs a command line of the subject's with the default limits. */
__attribute__((unused)) static bool run_subject(struct room *room, const char *command,
                                                struct outcome *outcome, struct text *why) {
    struct error error;
    bool good = room_run(room, &(struct process_request){.command = command}, NULL, 0, outcome, &error);
    EXPECT(good, "%s: %s", command, error.text);
    return good;
}

/* --- outside -------------------------------------------------------------------------------------------- */

asm(".pushsection .rodata\n"
    "subject_source: .incbin \"tests/unit/rooms/subject.c\"\n"
    "subject_source_end: .byte 0\n"
    ".popsection\n");
extern const char subject_source[], subject_source_end[];

/* A folder with the probe and its launcher side by side, gone with the test process's own end. */
struct bench {
    char folder[64];
    struct probe *probe;
};

static void bench_put(const char *folder, const char *name, const char *target) {
    SCOPE_FREE char *path = xprintf("%s/%s", folder, name);
    cr_assert_eq(symlink(target, path), 0, "%s", path);
}

static void bench_open(struct bench *bench, bool plain) {
    strcpy(bench->folder, "/tmp/room-test-XXXXXX");
    cr_assert_not_null(mkdtemp(bench->folder));
    chmod(bench->folder, 0755);
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    cr_assert_gt(length, 0);
    self[length] = '\0';
    bench_put(bench->folder, "backend-learn-probe", self);
    for (int i = 0; i < 2; i++)
        *strrchr(self, '/') = '\0';
    SCOPE_FREE char *launcher = xprintf("%s/backend-learn-launcher", self);
    cr_assert_eq(access(launcher, X_OK), 0, "build %s first", launcher);
    bench_put(bench->folder, "backend-learn-launcher", launcher);
    SCOPE_FREE char *probe = xprintf("%s/backend-learn-probe", bench->folder);
    struct error error;
    cr_assert(probe_open(probe, plain, &bench->probe, &error), "%s", error.text);
}

static void bench_close(struct bench *bench) {
    probe_close(bench->probe);
    SCOPE_FREE char *command = xprintf("rm -rf %s", bench->folder);
    cr_assert_eq(system(command), 0);
}

/* The packed tree with ./subject and a few files that are of no use as programs. */
static int bench_tree(const struct bench *bench) {
    SCOPE_FREE char *command =
        xprintf("mkdir %1$s/tree %1$s/tree/folder && cc -w -O1 -o %1$s/tree/subject -x c - && cd %1$s/tree &&"
                "printf 'text' > notes && printf 'echo hi' > script && printf '#!/no/such\\n' > lost &&"
                "printf '#!/bin/sh\\necho \"$0 $1\"\\n' > good && chmod +x script lost good",
                bench->folder);
    FILE *compiler = popen(command, "w");
    cr_assert_not_null(compiler);
    fputs(subject_source, compiler);
    cr_assert_eq(pclose(compiler), 0, "the subject does not compile");
    SCOPE_FREE char *folder = xprintf("%s/tree", bench->folder);
    struct tree tree;
    struct error error;
    cr_assert(tree_read(folder, &(struct tree_rules){0}, &tree, &error), "%s", error.text);
    int memfd = memfd_create("tree", MFD_CLOEXEC);
    cr_assert(tree_pack(&tree, memfd, &error), "%s", error.text);
    tree_free(&tree);
    return memfd;
}

/* Runs one test in a room that exists; empty: all held. */
static char *ask_room(int socket, const char *name) {
    struct channel channel = {.socket = socket, .received = -1};
    SCOPE_JSON cJSON *request = cJSON_CreateObject(), *answer = NULL;
    json_set_text(request, "run", name);
    struct error error;
    bool good = channel_write(&channel, request, -1, &error) &&
                channel_read(&channel, clock_now() + 120, &answer, NULL, &error);
    text_free(&channel.pending);
    return xstrdup(good ? json_text(answer, "why") : error.text);
}

__attribute__((unused)) static void in_room_with(const char *name, bool plain, const char *plan_text) {
    struct bench bench;
    bench_open(&bench, plain);
    int tree = bench_tree(&bench), channel;
    struct error error;
    SCOPE_JSON cJSON *plan = plan_text ? json_parse(plan_text, strlen(plan_text), NULL) : NULL;
    cr_assert(probe_room(bench.probe, plan, tree, &channel, &error), "%s", error.text);
    SCOPE_FREE char *why = ask_room(channel, name);
    close(channel);
    close(tree);
    bench_close(&bench);
    cr_assert_str_empty(why, "%s", why);
}

__attribute__((unused)) static void in_room(const char *name) {
    in_room_with(name, false, NULL);
}
__attribute__((unused)) static void in_plain_room(const char *name) {
    in_room_with(name, true, NULL);
}
