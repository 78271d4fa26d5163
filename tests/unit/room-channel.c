/* JSON lines over a socket, and the descriptors that travel with them. */
#include "checker/base/json.h"
#include "checker/base/memory.h"
#include "checker/room/room.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void open_pair(struct channel *ours, struct channel *theirs) {
    int ends[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    *ours = (struct channel){.socket = ends[0], .received = -1};
    *theirs = (struct channel){.socket = ends[1], .received = -1};
}

Test(channel, messages_arrive_in_order_and_whole) {
    struct channel ours, theirs;
    open_pair(&ours, &theirs);
    struct error error;
    for (int i = 0; i < 100; i++) {
        SCOPE_JSON cJSON *message = cJSON_CreateObject();
        json_set_integer(message, "n", i);
        json_set_text(message, "text", "two\nlines");
        cr_assert(channel_write(&ours, message, -1, &error));
    }
    channel_close(&ours);
    for (int i = 0; i < 100; i++) {
        cJSON *message;
        cr_assert(channel_read(&theirs, clock_now() + 5, &message, NULL, &error), "%s", error.text);
        cr_assert_eq(json_number(message, "n", -1), i);
        cr_assert_str_eq(json_text(message, "text"), "two\nlines");
        cJSON_Delete(message);
    }
    cJSON *poisoned = (cJSON *)&error;
    cr_assert_not(channel_read(&theirs, clock_now() + 5, &poisoned, NULL, &error));
    cr_assert_str_eq(error.text, "the room ended; its channel is closed");
    cr_assert_eq(poisoned, (cJSON *)&error);
    channel_close(&theirs);
}

Test(channel, long_messages_arrive) {
    struct channel ours, theirs;
    open_pair(&ours, &theirs);
    enum { LENGTH = 5000000 };
    SCOPE_FREE char *text = xcalloc(1, LENGTH + 1);
    memset(text, 'a', LENGTH);
    pid_t writer = fork();
    if (writer == 0) {
        cJSON *message = cJSON_CreateObject();
        json_set_text(message, "text", text);
        _exit(channel_write(&ours, message, -1, NULL) ? 0 : 1);
    }
    cJSON *message;
    struct error error;
    cr_assert(channel_read(&theirs, clock_now() + 20, &message, NULL, &error), "%s", error.text);
    cr_assert_str_eq(json_text(message, "text"), text);
    cJSON_Delete(message);
    int status;
    waitpid(writer, &status, 0);
    cr_assert_eq(status, 0);
    channel_close(&ours);
    channel_close(&theirs);
}

Test(channel, descriptors_travel_with_their_message) {
    struct channel ours, theirs;
    open_pair(&ours, &theirs);
    struct error error;
    for (int i = 0; i < 6; i++) {
        int ends[2];
        cr_assert_eq(pipe(ends), 0);
        SCOPE_JSON cJSON *message = cJSON_CreateObject();
        json_set_integer(message, "n", i);
        char byte = (char)('a' + i);
        cr_assert_eq(write(ends[1], &byte, 1), 1);
        cr_assert(channel_write(&ours, message, i % 2 ? ends[0] : -1, &error));
        close(ends[0]);
        close(ends[1]);
    }
    for (int i = 0; i < 6; i++) {
        cJSON *message;
        int descriptor = -7;
        cr_assert(channel_read(&theirs, clock_now() + 5, &message, &descriptor, &error), "%s", error.text);
        cr_assert_eq(json_number(message, "n", -1), i);
        cJSON_Delete(message);
        if (i % 2 == 0) {
            cr_assert_eq(descriptor, -1, "message %d came with %d", i, descriptor);
            continue;
        }
        char byte;
        cr_assert_eq(read(descriptor, &byte, 1), 1);
        cr_assert_eq(byte, 'a' + i);
        close(descriptor);
    }
    channel_close(&ours);
    channel_close(&theirs);
}

Test(channel, what_is_wrong_is_said) {
    static const struct {
        const char *bytes, *says;
        bool closed;
    } rows[] = {
        {"{\"a\":01}\n", "a message on a room's channel is not JSON: a number that starts with 0", false},
        {"{\"a\":", "the room ended in the middle of a message", true},
        {"", "the room ended; its channel is closed", true},
        {"{\"a\":", "the room did not answer in time", false},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct channel ours, theirs;
        open_pair(&ours, &theirs);
        cr_assert_eq(write(ours.socket, rows[i].bytes, strlen(rows[i].bytes)),
                     (ssize_t)strlen(rows[i].bytes));
        if (rows[i].closed)
            channel_close(&ours);
        cJSON *message = NULL;
        struct error error;
        double began = clock_now();
        cr_assert_not(channel_read(&theirs, began + 0.05, &message, NULL, &error));
        cr_assert_null(message);
        cr_assert_str_eq(error.text, rows[i].says);
        cr_assert_eq(error.fault, FAULT_OURS);
        cr_assert_lt(clock_now() - began, 2);
        channel_close(&ours);
        channel_close(&theirs);
    }
}
