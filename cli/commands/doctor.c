/* doctor: looks whether all that is needed is here, and says what to type where it is not.
 *
 * A row is what was looked at, how it stands and the remedy. Missing is what keeps a learner from checking a step in
 * the language they chose; what is only nice to have (another language, closed rooms) is a warning. */
#include "cli/cli.h"
#include "cli/progress/store.h"

#include "checker/base/json.h"
#include "checker/room/room.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>

enum standing_of_row { ROW_OK, ROW_WARNING, ROW_MISSING };

struct row {
    const char *group, *name; /* "C", "gcc" */
    enum standing_of_row state;
    const char *says, *remedy; /* remedy may be NULL */
};

struct findings {
    struct cli *cli;
    struct row rows[64];
    size_t count;
};

static void add(struct findings *findings, const char *group, const char *name, enum standing_of_row state,
                const char *says, const char *remedy) {
    if (findings->count < LENGTH_OF(findings->rows))
        findings->rows[findings->count++] = (struct row){group, name, state, says, remedy};
}

static void look_at_language(struct findings *findings, const char *language, bool needed) {
    struct cli *cli = findings->cli;
    struct error error;
    const struct toolchain *toolchain;
    const char *title = languages_title(cli->languages, language);
    enum standing_of_row bad = needed ? ROW_MISSING : ROW_WARNING;
    /* Nothing kept from earlier: what is wrong may have been put right a moment ago. */
    if (!toolchain_find(cli->languages, language, NULL, cli->arena, &toolchain, &error)) {
        add(findings, title, language, bad, arena_copy(cli->arena, error.text), NULL);
        return;
    }
    for (size_t i = 0; i < toolchain->tool_count; i++) {
        const struct tool *tool = &toolchain->tools[i];
        if (tool->problem)
            add(findings, title, tool->name, bad, tool->problem, tool->remedy);
        else
            add(findings, title, tool->name, ROW_OK,
                arena_printf(cli->arena, "%s (%s)", tool->version ? tool->version : "found", tool->path),
                NULL);
    }
}

static void look_at_languages(struct findings *findings) {
    struct cli *cli = findings->cli;
    const char *chosen = NULL, *const *keys = languages_keys(cli->languages);
    setting_load(cli, "language", &chosen, NULL);
    chosen = chosen ? languages_find(cli->languages, chosen) : NULL;
    chosen = chosen ? chosen : keys[0];
    for (; *keys; keys++)
        look_at_language(findings, *keys, !strcmp(*keys, chosen));
}

/* The first line `bwrap --version` prints, or NULL. */
static const char *bubblewrap_version(struct arena *arena) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return NULL;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    char *const arguments[] = {(char[]){"bwrap"}, (char[]){"--version"}, NULL};
    pid_t pid;
    int failed = posix_spawnp(&pid, "bwrap", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    char line[128] = "";
    ssize_t length = failed ? -1 : read(ends[0], line, sizeof line - 1);
    close(ends[0]);
    int status = -1;
    while (!failed && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (failed || status != 0 || length <= 0)
        return NULL;
    line[length] = '\0';
    line[strcspn(line, "\n")] = '\0';
    const char *version = strrchr(line, ' ');
    return arena_copy(arena, version ? version + 1 : line);
}

static void look_at_rooms(struct findings *findings) {
    struct cli *cli = findings->cli;
    struct error error;
    struct probe *probe = NULL;
    const char *version = bubblewrap_version(cli->arena);
    if (version)
        add(findings, "Rooms", "bubblewrap", ROW_OK, version, NULL);
    else
        add(findings, "Rooms", "bubblewrap", ROW_WARNING,
            "not found; without it your programs run unprotected on this machine", "apt install bubblewrap");
    if (!probe_open(cli->paths.probe, false, &probe, &error)) {
        add(findings, "Rooms", "probe", ROW_MISSING, arena_copy(cli->arena, error.text), NULL);
        return;
    }
    add(findings, "Rooms", "probe", ROW_OK, cli->paths.probe, NULL);
    if (probe_rooms_work(probe, &error))
        add(findings, "Rooms", "closed rooms", ROW_OK, "work: programs are checked apart from this machine",
            NULL);
    else
        add(findings, "Rooms", "closed rooms", ROW_WARNING, arena_copy(cli->arena, error.text), NULL);
    probe_close(probe);
}

static void look_at_store(struct findings *findings) {
    struct cli *cli = findings->cli;
    struct error error;
    struct store *store = NULL;
    int schema = 0;
    bool ok = store_open(cli->paths.data, STORE_READ, &store, &error) &&
              (!store || store_schema(store, &schema, &error));
    if (!ok)
        add(findings, "Your work", "progress", ROW_MISSING, arena_copy(cli->arena, error.text), NULL);
    else if (!store)
        add(findings, "Your work", "progress", ROW_OK, "nothing kept yet", NULL);
    else
        add(findings, "Your work", "progress", ROW_OK,
            arena_printf(cli->arena, "%s (schema %d)", path_shown(cli, store_file(store)), schema), NULL);
    store_close(store);
}

/* The nearest folder above that is there: what is not made yet would be made in it. */
static const char *existing_above(struct cli *cli, const char *folder) {
    char *path = arena_copy(cli->arena, folder);
    struct stat found;
    while (stat(path, &found) < 0 && strlen(path) > 1) {
        char *slash = strrchr(path, '/');
        slash[slash == path] = '\0';
    }
    return path;
}

static void look_at_folder(struct findings *findings, const char *name, const char *folder) {
    enum { LITTLE_MIB = 200 };
    struct cli *cli = findings->cli;
    const char *there = existing_above(cli, folder), *shown = path_shown(cli, folder);
    struct stat found;
    struct statvfs room;
    if (stat(there, &found) == 0 && !S_ISDIR(found.st_mode)) {
        add(findings, "Your work", name, ROW_MISSING,
            arena_printf(cli->arena, "%s is a file, not a folder", there),
            arena_printf(cli->arena, "mv %s %s.old", path_shown(cli, there), path_shown(cli, there)));
        return;
    }
    if (access(there, W_OK | X_OK) < 0) {
        add(findings, "Your work", name, ROW_MISSING,
            arena_printf(cli->arena, "%s cannot be written to (%s)", there, strerrordesc_np(errno)),
            arena_printf(cli->arena, "ls -ld %s", path_shown(cli, there)));
        return;
    }
    unsigned long long mib = statvfs(there, &room) == 0
                                 ? (unsigned long long)room.f_bavail * room.f_frsize / (1024 * 1024)
                                 : LITTLE_MIB;
    const char *free = mib >= 10240 ? arena_printf(cli->arena, "%llu GiB", mib / 1024)
                                    : arena_printf(cli->arena, "%llu MiB", mib);
    if (mib < LITTLE_MIB)
        add(findings, "Your work", name, ROW_WARNING,
            arena_printf(cli->arena, "%s; only %s is free there", shown, free), "free some space");
    else
        add(findings, "Your work", name, ROW_OK, arena_printf(cli->arena, "%s; %s free", shown, free), NULL);
}

static void print_json(struct cli *cli, const struct findings *findings, bool ok) {
    static const char *const names[] = {
        [ROW_OK] = "ok", [ROW_WARNING] = "warning", [ROW_MISSING] = "missing"};
    SCOPE_JSON cJSON *all = cJSON_CreateObject();
    json_set_integer(all, "format", 1);
    json_set_text(all, "version", BACKEND_LEARN_VERSION);
    json_set_bool(all, "ok", ok);
    cJSON *rows = cJSON_CreateArray();
    for (size_t i = 0; i < findings->count; i++) {
        const struct row *row = &findings->rows[i];
        cJSON *object = cJSON_CreateObject();
        json_set_text(object, "group", row->group);
        json_set_text(object, "name", row->name);
        json_set_text(object, "state", names[row->state]);
        json_set_text(object, "says", row->says);
        json_set_text(object, "remedy", row->remedy);
        cJSON_AddItemToArray(rows, object);
    }
    json_set(all, "rows", rows);
    SCOPE_FREE char *text = json_print_pretty(all);
    fputs(text, cli->out);
}

static void print_plain(struct cli *cli, const struct findings *findings, bool ok) {
    const char *marks[] = {cli->unicode ? "✓" : "+", "!", cli->unicode ? "✗" : "x"};
    static const enum style styles[] = {STYLE_GREEN, STYLE_YELLOW, STYLE_RED};
    const char *group = NULL;
    for (size_t i = 0; i < findings->count; i++) {
        const struct row *row = &findings->rows[i];
        if (!group || strcmp(group, row->group))
            fprintf(cli->out, "%s%s%s%s\n", group ? "\n" : "", style(cli, STYLE_BOLD), row->group,
                    style(cli, STYLE_NONE));
        group = row->group;
        fprintf(cli->out, "  %s%s%s %-13s ", style(cli, styles[row->state]), marks[row->state],
                style(cli, STYLE_NONE), row->name);
        print_wrapped(cli, cli->out, 18, row->says);
        if (row->remedy)
            fprintf(cli->out, "%18s%s\n", "", row->remedy);
    }
    fprintf(cli->out, "\n%s\n",
            ok ? "Nothing that is needed is missing."
               : "Something that is needed is missing; the lines marked so say what to do.");
}

static int run(struct cli *cli, const struct arguments *arguments) {
    struct findings *findings = arena_alloc(cli->arena, sizeof *findings);
    findings->cli = cli;
    look_at_languages(findings);
    look_at_rooms(findings);
    look_at_store(findings);
    look_at_folder(findings, "workspaces", cli->paths.home);
    look_at_folder(findings, "data", cli->paths.data);
    look_at_folder(findings, "cache", cli->paths.cache);
    bool ok = true;
    for (size_t i = 0; i < findings->count; i++)
        ok &= findings->rows[i].state != ROW_MISSING;
    if (argument_given(arguments, "json"))
        print_json(cli, findings, ok);
    else
        print_plain(cli, findings, ok);
    return ok ? 0 : 3;
}

const struct command command_doctor = {
    .name = "doctor",
    .about = "is everything here that is needed, and what to do if not",
    .group = "Help",
    .details =
        "Looks at the tools of each language, at the closed rooms programs are checked in, at your progress "
        "and your folders. The language you chose must work; other languages only give a warning.\n\n"
        "Exit status: 0 if nothing needed is missing, else 3.",
    .options = (const struct command_option[]){{"json", NULL, "as JSON, for programs"}, {0}},
    .needs = NEED_CURRICULUM | NEED_LANGUAGES,
    .run = run,
};
