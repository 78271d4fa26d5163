/* The table of commands, and nothing else. To add one: a file in commands/, and a line here. */
#include "cli/cli.h"

#define COMMANDS(X)                                                                                          \
    X(home) /* what runs when nothing is typed */                                                            \
    X(list)                                                                                                  \
    X(lesson)                                                                                                \
    X(start)                                                                                                 \
    X(check)                                                                                                 \
    X(hint)                                                                                                  \
    X(next)                                                                                                  \
    X(solution)                                                                                              \
    X(reset)                                                                                                 \
    X(progress)                                                                                              \
    X(author)                                                                                                \
    X(doctor)                                                                                                \
    X(help)

#define DECLARE(name) extern const struct command command_##name;
COMMANDS(DECLARE)

int main(int argc, char **argv) {
#define ROW(name) &command_##name,
    static const struct command *const commands[] = {COMMANDS(ROW) NULL};
    return cli_main(commands, argc, argv);
}
