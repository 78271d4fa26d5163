/* backend-learn-probe: the program that meets learners' programs.
 *
 * The cli starts it once a run; it forks a room for each group of checks (see checker/room/room.h). It is a
 * program of its own because the libraries that speak protocols cost 10 ms to load, which `list` must not
 * pay, and because whatever reads hostile bytes should be able to do nothing else.
 *
 * For authors it also tests check files and prints the tables:
 *   backend-learn-probe --lint FILE
 *   backend-learn-probe --describe
 *   backend-learn-probe --schema */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/probe/check.h"
#include "checker/probe/worker.h"

#include <string.h>

static int lint(const char *path) {
    struct error error = {0};
    SCOPE_FCLOSE FILE *file = fopen(path, "re");
    if (!file) {
        fail_errno(&error, FAULT_INPUT, "%s", path);
        fprintf(stderr, "%s\n", error.text);
        return 2;
    }
    SCOPE_TEXT struct text text = {.ceiling = 16u << 20};
    char bytes[65536];
    size_t n;
    while ((n = fread(bytes, 1, sizeof bytes, file)) > 0)
        text_add(&text, bytes, n);
    const char *whole = text.bytes ? text.bytes : "";
    SCOPE_JSON cJSON *exercise = json_read(path, whole, text.length, &error);
    if (!exercise) {
        fprintf(stderr, "%s\n", error.text);
        return 2;
    }
    SCOPE_TEXT struct text said = {.ceiling = 1u << 20};
    size_t count = exercise_findings(path, whole, text.length, exercise, &said);
    fputs(count ? said.bytes : "", stderr);
    return count ? 2 : 0;
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "--lint") == 0)
        return lint(argv[2]);
    bool page_wanted = argc == 2 && strcmp(argv[1], "--describe") == 0;
    if (page_wanted || (argc == 2 && strcmp(argv[1], "--schema") == 0)) {
        SCOPE_FREE char *page = page_wanted ? describe_tables() : describe_schema();
        fputs(page, stdout);
        return fflush(stdout) == 0 ? 0 : 3;
    }
    static const struct room_worker worker = {.serve = worker_serve, .warm = worker_warm};
    return broker_main(&worker, argc, argv);
}
