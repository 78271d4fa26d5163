/* Reports: how one run is shown to somebody.
 *
 * The judge tells what happens as events (checker/judge/judge.h); a report reads that stream and writes it in
 * one format. It decides nothing: verdict, points and sentences are the event's, so no two formats can
 * disagree. A format is one `const struct report` in a file of its own and one line in the table in report.c;
 * `check --help` and the choice of --format are made from that table.
 *
 * Beyond judge.h, three members of run-finished are read where they are there: "told", the exercise's
 * sentence about what the learner can do now; "whole", false where only some checks were asked for; and
 * "delta"
 * {"fixed": [names], "broken": [names]}, what changed since the last attempt.
 *
 * Texts of the learner's program arrive raw. Each report makes them harmless for where it writes to. */
#pragma once
#include "checker/base/error.h"
#include "checker/judge/judge.h"

#include <stdio.h>

struct report_options {
    FILE *out;           /* stays the caller's */
    bool terminal;       /* out is a terminal on which a line may be replaced */
    bool colour;         /* the caller has looked at NO_COLOR, TERM and what out is */
    bool ascii;          /* the locale is not UTF-8: nothing but ASCII is written */
    bool all;            /* check --all: every failure is opened, and a step is only finished when mastered */
    int width;           /* columns of the terminal; 0: 80 */
    const char *program; /* how the next commands begin: "backend-learn"; NULL: that */
    const char *home;    /* shown as ~ in paths; NULL: paths are shown whole */
};

struct report {
    const char *name;  /* what --format is given */
    const char *about; /* one line for --help */
    /* Begins a report. Options and the strings in them must live until close(). Never NULL. */
    struct event_reader *(*open)(const struct report_options *options);
    /* Ends and frees it, also after a run that broke off. False if not all could be written. NULL is fine. */
    bool (*close)(struct event_reader *reader, struct error *error);
};

extern const struct report *const reports[]; /* NULL at the end; the first is the default */

/* The format of that name, or NULL. */
const struct report *report_find(const char *name);

/* For close(): flushes; false, with what to do, if writing failed at any time. */
bool report_written(FILE *out, struct error *error);

extern const struct report report_terminal, report_json;
