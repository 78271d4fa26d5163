/* Programs that run to their end: what came of them, and what no limit lets them do. */
#include "tests/unit/rooms/inside.h"

static void ends_are_told_apart(struct room *room, struct text *why) {
    static const struct {
        const char *command;
        enum ended ended;
        bool exited;
        int value; /* exit status or signal */
    } rows[] = {
        {"./subject exit 0", ENDED_EXITED, true, 0},
        {"./subject exit 3", ENDED_EXITED, true, 3},
        {"./subject exit 139", ENDED_EXITED, true, 139}, /* what a shell makes of a segfault, but is none */
        {"./subject segfault", ENDED_SIGNALLED, false, SIGSEGV},
        {"sh -c 'kill -KILL $$'", ENDED_SIGNALLED, false, SIGKILL},
        {"./subject exit 3 | cat", ENDED_EXITED, true, 0}, /* a shell runs it */
        {"STATUS=4 && exit $STATUS", ENDED_EXITED, true, 4},
        {"./good", ENDED_EXITED, true, 0},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct outcome outcome;
        if (!run_subject(room, rows[i].command, &outcome, why))
            continue;
        int value = WIFEXITED(outcome.status) ? WEXITSTATUS(outcome.status) : WTERMSIG(outcome.status);
        EXPECT(outcome.ended == rows[i].ended && WIFEXITED(outcome.status) == rows[i].exited &&
                   value == rows[i].value,
               "%s: %s, status %#x", rows[i].command, ended_name(outcome.ended), (unsigned)outcome.status);
        EXPECT(outcome.ms > 0 && outcome.ms < 10000, "%s: %g ms", rows[i].command, outcome.ms);
        outcome_free(&outcome);
    }
}

static void what_cannot_start_is_explained(struct room *room, struct text *why) {
    static const struct {
        const char *command;
        enum fault fault;
        const char *says;
    } rows[] = {
        {"./main", FAULT_INPUT, "./main is not there: the build did not make it, or gave it another name"},
        {"no-such-tool", FAULT_TOOL, "`no-such-tool` is not installed here"},
        {"./notes", FAULT_INPUT, "./notes may not be executed: `chmod +x ./notes`"},
        {"./folder", FAULT_INPUT, "./folder is a folder and cannot be run"},
        {"./script", FAULT_INPUT, "./script is not a program that this system can run"},
        {"./lost", FAULT_INPUT, "./lost is there, but what it needs to run is not"},
        {"./notes/x", FAULT_INPUT, "./notes/x is not there: a part of its path is a file"},
        {"", FAULT_INPUT, "there is no command to run"},
        {"./subject 'x", FAULT_INPUT, "opens a quote (') that it does not close"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct error error = {0};
        struct process *process = (struct process *)why; /* must stay what it is */
        bool good = room_start(room, &(struct process_request){.command = rows[i].command}, &process, &error);
        EXPECT(!good && process == (struct process *)why, "%s started", rows[i].command);
        EXPECT(error.fault == rows[i].fault && strstr(error.text, rows[i].says), "%s: %d %s", rows[i].command,
               error.fault, error.text);
    }
    struct error error = {0};
    struct process *process;
    EXPECT(!room_start(room, &(struct process_request){.command = "./subject", .directory = "/no/such"},
                       &process, &error) &&
               strstr(error.text, "the folder /no/such"),
           "%s", error.text);
}

static void arguments_are_words(struct room *room, struct text *why) {
    static const struct {
        const char *command, *out;
    } rows[] = {
        {"./subject arguments a  'b c' \"d\\\"e\" f\\ g ''", "1 a\n3 b c\n3 d\"e\n3 f g\n0 \n4 $HOM\n1 *\n"},
        {"./subject arguments ; ./subject arguments", "4 $HOM\n1 *\n"},
        {"./subject arguments '$x' \"it's\"", "2 $x\n4 it's\n4 $HOM\n1 *\n"},
        {"./subject arguments \"$PORT\"", "4 8080\n4 $HOM\n1 *\n"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct outcome outcome = {0};
        struct error error = {0};
        struct process_request request = {.command = rows[i].command,
                                          .arguments = (const char *const[]){"$HOM", "*", NULL}};
        EXPECT(room_run(room, &request, NULL, 0, &outcome, &error), "%s", error.text);
        EXPECT(outcome.out.bytes && strcmp(outcome.out.bytes, rows[i].out) == 0, "%s: %s", rows[i].command,
               outcome.out.bytes);
        outcome_free(&outcome);
    }
}

static void long_arguments_arrive(struct room *room, struct text *why) {
    static const struct {
        size_t each, count;
        bool fits;
    } rows[] = {{100 << 10, 1, true}, {100 << 10, 10, true}, {200 << 10, 1, false}, {100 << 10, 30, false}};
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FREE char *word = xcalloc(1, rows[i].each + 1);
        memset(word, 'a', rows[i].each);
        const char *arguments[32] = {0};
        for (size_t a = 0; a < rows[i].count; a++)
            arguments[a] = word;
        struct outcome outcome = {0};
        struct error error = {0};
        bool good = room_run(
            room, &(struct process_request){.command = "./subject arguments", .arguments = arguments}, NULL,
            0, &outcome, &error);
        EXPECT(good == rows[i].fits, "%zu of %zu: %s", rows[i].count, rows[i].each, error.text);
        if (good)
            EXPECT(outcome.out.length ==
                       rows[i].count * strlen("102400 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"),
                   "%zu bytes", outcome.out.length);
        else
            EXPECT(error.fault == FAULT_INPUT && strstr(error.text, "are too long for the system"), "%s",
                   error.text);
        outcome_free(&outcome);
    }
}

static void all_output_is_read(struct room *room, struct text *why) {
    static const long sizes[] = {0, 1, 4096, 65536, 65537, 300000, 1000000, 1 << 20};
    for (size_t i = 0; i < LENGTH_OF(sizes); i++)
        for (int again = 0; again < 5; again++) {
            struct outcome outcome;
            SCOPE_FREE char *command = xprintf("./subject write %ld", sizes[i]);
            if (!run_subject(room, command, &outcome, why))
                return;
            EXPECT(outcome.ended == ENDED_EXITED && outcome.out.length == (size_t)sizes[i],
                   "%s: %s, %zu bytes", command, ended_name(outcome.ended), outcome.out.length);
            EXPECT(outcome.err.length == 10, "%zu bytes on stderr", outcome.err.length);
            outcome_free(&outcome);
        }
}

static void input_is_written_and_closed(struct room *room, struct text *why) {
    enum { LENGTH = 900000 };
    SCOPE_FREE char *input = xcalloc(1, LENGTH);
    for (int i = 0; i < LENGTH; i++)
        input[i] = (char)(i * 31);
    struct outcome outcome = {0};
    struct error error = {0};
    EXPECT(room_run(room, &(struct process_request){.command = "cat"}, input, LENGTH, &outcome, &error), "%s",
           error.text);
    EXPECT(outcome.out.length == LENGTH && memcmp(outcome.out.bytes, input, LENGTH) == 0, "%zu",
           outcome.out.length);
    outcome_free(&outcome);
    /* One that does not read is no trouble. */
    EXPECT(room_run(room, &(struct process_request){.command = "./subject exit 2"}, input, LENGTH, &outcome,
                    &error),
           "%s", error.text);
    EXPECT(WEXITSTATUS(outcome.status) == 2, "%#x", (unsigned)outcome.status);
    outcome_free(&outcome);
}

static void limits_end_it(struct room *room, struct text *why) {
    static const struct {
        const char *command;
        struct limits limits;
        enum ended ended;
        double most_ms;
    } rows[] = {
        {"sleep 100", {.seconds = 0.3}, ENDED_TIME_LIMIT, 3000},
        {"./subject ignore-term", {.seconds = 0.3}, ENDED_TIME_LIMIT, 3000},
        {"./subject spin", {.seconds = 0.3}, ENDED_TIME_LIMIT, 4000},
        {"yes", {.seconds = 10}, ENDED_OUTPUT_LIMIT, 1000},
        {"sh -c 'yes >&2'", {.seconds = 10, .output = 1000}, ENDED_OUTPUT_LIMIT, 1000},
        {"./subject write 2000000", {.seconds = 10}, ENDED_OUTPUT_LIMIT, 1000},
        {"./subject shared 600", {.seconds = 10, .memory_mib = 200}, ENDED_MEMORY_LIMIT, 5000},
        {"./subject malloc 600", {.seconds = 10, .memory_mib = 200}, ENDED_MEMORY_LIMIT, 5000},
        {"./subject memfd 600", {.seconds = 10, .memory_mib = 200}, ENDED_MEMORY_LIMIT, 5000},
        {"./subject malloc 600", {.seconds = 10, .data_mib = 200}, ENDED_EXITED, 5000},
        {"./subject shared-by-eight 100", {.seconds = 10, .memory_mib = 200}, ENDED_EXITED, 9000},
        {"./subject malloc 100", {.seconds = 10, .memory_mib = 200}, ENDED_EXITED, 5000},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct outcome outcome = {0};
        struct error error = {0};
        bool good =
            room_run(room, &(struct process_request){.command = rows[i].command, .limits = rows[i].limits},
                     NULL, 0, &outcome, &error);
        EXPECT(good && outcome.ended == rows[i].ended && outcome.ms < rows[i].most_ms,
               "%s: %s %s after %g ms", rows[i].command, good ? "" : error.text, ended_name(outcome.ended),
               outcome.ms);
        size_t most = rows[i].limits.output ? rows[i].limits.output : limits_default.output;
        EXPECT(outcome.out.length <= most && outcome.err.length <= most, "%s: too much kept",
               rows[i].command);
        if (outcome.ended == ENDED_OUTPUT_LIMIT)
            EXPECT(outcome.out.length == most || outcome.err.length == most, "%s: the first part is kept",
                   rows[i].command);
        outcome_free(&outcome);
    }
}

static void others_cannot_use_up_its_time(struct room *room, struct text *why) {
    /* So many spinners that it waits most of the time; yet no more than twice its own time is counted. */
    struct process *spinners[12];
    struct error error = {0};
    size_t count = 0;
    struct outcome alone = {0}, outcome = {0};
    if (!run_subject(room, "./subject work 400000000", &alone, why))
        return;
    outcome_free(&alone);
    struct process_request spin = {.command = "./subject spin", .limits = {.seconds = 100}};
    for (; count < LENGTH_OF(spinners); count++)
        if (!room_start(room, &spin, &spinners[count], &error))
            break;
    EXPECT(count == LENGTH_OF(spinners), "%s", error.text);
    struct process_request work = {.command = "./subject work 400000000",
                                   .limits = {.seconds = alone.ms / 1000 * 2 + 0.1}};
    for (int i = 0; i < 2; i++) {
        EXPECT(room_run(room, &work, NULL, 0, &outcome, &error), "%s", error.text);
        EXPECT(outcome.ended == ENDED_EXITED, "%s after %g ms, alone %g ms", ended_name(outcome.ended),
               outcome.ms, alone.ms);
        outcome_free(&outcome);
    }
    /* And one that spins itself is ended all the same. */
    spin.limits.seconds = 0.2;
    EXPECT(room_run(room, &spin, NULL, 0, &outcome, &error), "%s", error.text);
    EXPECT(outcome.ended == ENDED_TIME_LIMIT && outcome.ms < 2600, "%s after %g ms",
           ended_name(outcome.ended), outcome.ms);
    outcome_free(&outcome);
    while (count > 0)
        process_free(spinners[--count]);
}

static void forks_are_bounded(struct room *room, struct text *why) {
    struct outcome outcome;
    if (run_subject(room, "./subject forks", &outcome, why)) {
        int made = outcome.out.bytes ? atoi(outcome.out.bytes) : 0;
        EXPECT(made > 100 && made < 128, "%s", outcome.out.bytes);
        EXPECT(outcome.left_behind == made, "%d left behind of %d", outcome.left_behind, made);
        outcome_free(&outcome);
    }
    struct process_request bomb = {.command = "./subject fork-bomb",
                                   .limits = {.processes = 64, .seconds = 1}};
    struct error error;
    EXPECT(room_run(room, &bomb, NULL, 0, &outcome, &error), "%s", error.text);
    EXPECT(outcome.left_behind >= 30 && outcome.left_behind < 64, "%d left behind", outcome.left_behind);
    EXPECT(outcome.ms < 10000, "%g ms", outcome.ms);
    outcome_free(&outcome);
}

static void daemons_do_not_hold_it_up(struct room *room, struct text *why) {
    struct outcome outcome;
    if (!run_subject(room, "./subject daemon", &outcome, why))
        return;
    EXPECT(outcome.ended == ENDED_EXITED && outcome.ms < 2000, "%s after %g ms", ended_name(outcome.ended),
           outcome.ms);
    EXPECT(outcome.left_behind == 1, "%d left behind", outcome.left_behind);
    EXPECT(outcome.out.length == 5, "%zu", outcome.out.length);
    outcome_free(&outcome);
    if (run_subject(room, "sh -c 'sleep 100 & exit 0'", &outcome, why)) {
        EXPECT(outcome.left_behind == 1, "%d left behind", outcome.left_behind);
        outcome_free(&outcome);
    }
    if (run_subject(room, "sh -c 'true & wait; true'", &outcome, why)) {
        EXPECT(outcome.left_behind == 0, "%d left behind", outcome.left_behind);
        outcome_free(&outcome);
    }
}

/* Its process is number 2 in the place of a new launcher, and what follows when one is used again. */
static void a_launcher_serves_again_unless_it_was_spoilt(struct room *room, struct text *why) {
    static const struct {
        const char *command, *out, *reason;
    } rows[] = {
        {"./subject number", "2\n", "a new launcher"},
        {"./subject number", "3\n", "the same one"},
        {"./subject daemon", "gone\n", "what it leaves behind is ended"},
        {"sh -c \"ls /proc | grep -c '^[0-9]'\"", "4\n", "so there are the launcher, sh, ls and grep"},
        {"./subject spoil", "spoil: done\n", "its limits are not what they were"},
        {"./subject number", "2\n", "a new launcher"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct outcome outcome;
        if (!run_subject(room, rows[i].command, &outcome, why))
            return;
        EXPECT(outcome.out.length > 0 && strcmp(outcome.out.bytes, rows[i].out) == 0, "%s: %s gave %s",
               rows[i].reason, rows[i].command, outcome.out.length ? outcome.out.bytes : "nothing");
        outcome_free(&outcome);
    }
}

const struct inside_test inside_tests[] = {
    {"ends", ends_are_told_apart},
    {"starts", what_cannot_start_is_explained},
    {"arguments", arguments_are_words},
    {"long", long_arguments_arrive},
    {"output", all_output_is_read},
    {"input", input_is_written_and_closed},
    {"limits", limits_end_it},
    {"time", others_cannot_use_up_its_time},
    {"forks", forks_are_bounded},
    {"daemons", daemons_do_not_hold_it_up},
    {"again", a_launcher_serves_again_unless_it_was_spoilt},
    {NULL, NULL},
};

Test(run, ends_are_told_apart) {
    in_room("ends");
}
Test(run, what_cannot_start_is_explained) {
    in_room("starts");
}
Test(run, arguments_are_words) {
    in_room("arguments");
}
Test(run, long_arguments_arrive) {
    in_room("long");
}
Test(run, all_output_is_read) {
    in_room("output");
}
Test(run, input_is_written_and_closed) {
    in_room("input");
}
Test(run, limits_end_it) {
    in_room("limits");
}
Test(run, others_cannot_use_up_its_time) {
    in_room("time");
}
Test(run, forks_are_bounded) {
    in_room("forks");
}
Test(run, daemons_do_not_hold_it_up) {
    in_room("daemons");
}
Test(run, a_launcher_serves_again_unless_it_was_spoilt) {
    in_room("again");
}
