/* What a room costs: made and ended, and a process in it.
 *
 *   room ROOMS     prints {"open": [ms…], "first": [ms…], "next": [ms…], "each": ms}
 *
 * open: from asking until the room is ready; first: a room's first process, /usr/bin/true from its start to its end;
 * next: one after it; each: a room from its beginning to its end, all that were made in turn taken together. It is its
 * own probe, as the tests of rooms are: the broker it starts is this program again. */
#include "checker/room/room.h"
#include "checker/base/json.h"

#include <string.h>
#include <unistd.h>

/* Runs /usr/bin/true as often as it is asked to, and says how long each took. */
static int serve(struct room *room, struct channel *channel) {
    SCOPE_JSON cJSON *request = NULL;
    while (channel_read(channel, 0, &request, NULL, NULL)) {
        SCOPE_JSON cJSON *answer = cJSON_CreateObject();
        cJSON *times = cJSON_CreateArray();
        json_set(answer, "ms", times);
        for (int left = (int)json_number(request, "runs", 0); left > 0; left--) {
            struct error error;
            struct outcome outcome;
            double begin = clock_now();
            if (!room_run(room, &(struct process_request){.command = "/usr/bin/true"}, NULL, 0, &outcome,
                          &error))
                return 1;
            outcome_free(&outcome);
            cJSON_AddItemToArray(times, cJSON_CreateNumber((clock_now() - begin) * 1e3));
        }
        channel_write(channel, answer, -1, NULL);
        cJSON_Delete(request);
        request = NULL;
    }
    return 0;
}

static bool measure(struct probe *probe, int runs, cJSON *open, cJSON *first, cJSON *next,
                    struct error *error) {
    struct channel channel = {.received = -1};
    double begin = clock_now();
    if (!probe_room(probe, NULL, -1, &channel.socket, error))
        return false;
    cJSON_AddItemToArray(open, cJSON_CreateNumber((clock_now() - begin) * 1e3));
    SCOPE_JSON cJSON *request = cJSON_CreateObject(), *answer = NULL;
    json_set_integer(request, "runs", runs);
    bool ok = runs == 0 || (channel_write(&channel, request, -1, error) &&
                            channel_read(&channel, clock_now() + 60, &answer, NULL, error));
    cJSON *times = cJSON_GetObjectItem(answer, "ms");
    for (int i = 0; i < cJSON_GetArraySize(times); i++)
        cJSON_AddItemToArray(i ? next : first, cJSON_CreateNumber(cJSON_GetArrayItem(times, i)->valuedouble));
    channel_close(&channel);
    return ok;
}

/* The folder that this program lies in is the probe's: the launcher is looked for beside it. */
static bool measure_all(const char *self, int rooms, cJSON *found, struct error *error) {
    cJSON *open = cJSON_CreateArray(), *first = cJSON_CreateArray(), *next = cJSON_CreateArray(),
          *ignored = cJSON_CreateArray();
    json_set(found, "open", open);
    json_set(found, "first", first);
    json_set(found, "next", next);
    struct probe *probe;
    if (!probe_open(self, false, &probe, error))
        return false;
    bool ok = true;
    for (int i = 0; ok && i < rooms; i++)
        ok = measure(probe, 4, ignored, first, next, error);
    probe_close(probe);
    if (!ok || !probe_open(self, false, &probe, error))
        return false;
    double begin = clock_now();
    for (int i = 0; ok && i < rooms; i++)
        ok = measure(probe, 0, open, first, next, error);
    probe_close(probe);
    cJSON_Delete(ignored);
    json_set(found, "each", cJSON_CreateNumber((clock_now() - begin) * 1e3 / rooms));
    return ok;
}

int main(int argc, char **argv) {
    static const struct room_worker worker = {.serve = serve};
    if (argc == 2 && strcmp(argv[1], "rooms") == 0)
        return broker_main(&worker, argc, argv);
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    int rooms = argc == 2 ? atoi(argv[1]) : 0;
    if (length <= 0 || rooms <= 0) {
        fputs("room ROOMS\n", stderr);
        return 2;
    }
    self[length] = '\0';
    struct error error = {0};
    SCOPE_JSON cJSON *found = cJSON_CreateObject();
    if (!measure_all(self, rooms, found, &error)) {
        fprintf(stderr, "room: %s\n", error.text);
        return 1;
    }
    SCOPE_FREE char *text = json_print(found);
    puts(text);
    return 0;
}
