/* The table of report formats: to add one is to add its file and its line here. */
#include "cli/reports/report.h"

#include <string.h>

const struct report *const reports[] = {
    &report_terminal,
    &report_json,
    NULL,
};

const struct report *report_find(const char *name) {
    for (const struct report *const *report = reports; *report; report++)
        if (strcmp((*report)->name, name) == 0)
            return *report;
    return NULL;
}

bool report_written(FILE *out, struct error *error) {
    if (fflush(out) != 0)
        return fail_errno(error, FAULT_OURS,
                          "the report could not be written; make room or write it elsewhere");
    if (ferror(out))
        return fail(error, FAULT_OURS,
                    "a part of the report could not be written; make room or write it elsewhere");
    return true;
}
