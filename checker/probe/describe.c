/* The tables as a page, so that the documentation is the code's own word. */
#include "checker/base/memory.h"
#include "checker/pattern/pattern.h"
#include "checker/probe/check.h"
#include "checker/probe/kind.h"

static void options_page(struct text *page, const struct kind_option *options) {
    for (; options && options->name; options++)
        text_printf(page, "- `%s` (%s%s): %s\n", options->name, options->takes,
                    options->needed ? ", needed" : "", options->about);
}

char *describe_tables(void) {
    struct text page = {0};
    text_puts(
        &page,
        "# What a check file can say\n\n"
        "Made by `backend-learn-probe --describe` from the tables in the code; a test compares the two.\n\n"
        "## Every step\n\n");
    options_page(&page, common_options);
    text_puts(&page, "\n## Probe kinds\n");
    for (const struct kind *const *kind = kinds; *kind; kind++) {
        text_printf(&page, "\n### `%s`\n\nTakes %s. %s\n\nGives: %s.\n\n    %s\n", (*kind)->name,
                    (*kind)->takes, (*kind)->about, (*kind)->gives, (*kind)->example);
        if ((*kind)->options) {
            text_puts(&page, "\n");
            options_page(&page, (*kind)->options);
        }
    }
    text_puts(&page,
              "\n## Predicates\n\nEach example: the pattern, a value that fits, one that does not.\n\n");
    for (const struct predicate *const *p = predicates; *p; p++)
        text_printf(&page, "- `%s` (%s): %s  \n  `%s`\n", (*p)->name, (*p)->takes, (*p)->about,
                    (*p)->example);
    text_puts(&page, "\n## Functions\n\n");
    for (const struct function *const *f = functions; *f; f++)
        text_printf(&page, "- `%s` (%s; gives %s): %s  \n  `%s`\n", (*f)->name, (*f)->takes, (*f)->gives,
                    (*f)->about, (*f)->example);
    text_puts(&page, "\n## Generators\n\n");
    for (const struct generator *const *g = generators; *g; g++)
        text_printf(&page, "- `%s` (%s; gives %s): %s  \n  `%s`\n", (*g)->name, (*g)->takes, (*g)->gives,
                    (*g)->about, (*g)->example);
    return text_take(&page);
}
