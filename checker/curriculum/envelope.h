/* The members of an exercise.json and of a check in it, once: the strict reader refuses whatever is not among them, and
 * the JSON Schema for editors is made from them. What they must be beyond that (sentences, points that sum to 100,
 * needs that name an earlier check) is the reader's to test.
 *
 * row(name, what it takes, about, whether it must be there) */
#pragma once

/* clang-format off */
#define EXERCISE_MEMBERS(row) \
    row("$schema", "text", "where the schema for editors is: ../exercise.schema.json", false) \
    row("step", "text", "the step's id in tracks.json, such as \"6\"", true) \
    row("name", "text", "the step's name in tracks.json, such as \"fizzbuzz\"", true) \
    row("languages", "languages", "the languages it can be done in, or \"any\" where none matters", true) \
    row("processes", "list of texts", "what the learner makes: [\"main\"], [\"web\", \"worker\"]", false) \
    row("uses", "list of texts", "packages it builds on, such as [\"http\"]", false) \
    row("done", "sentence", "what the learner can do once the core holds", true) \
    row("env", "object", "environment variables of every process", false) \
    row("data", "data", "fresh data from the run's seed, for all checks", false) \
    row("before", "list of steps", "done at the start of every room", false) \
    row("always", "object: kind -> pattern", "what every result of a kind must look like", false) \
    row("limits", "object", "other limits than the usual ones", false) \
    row("checks", "list of checks", "in the order they run; their points sum to 100", true)

#define CHECK_MEMBERS(row) \
    row("name", "text", "small letters, digits and hyphens; a wrong solution names it", true) \
    row("says", "sentence", "what holds, as the learner reads it", true) \
    row("hint", "text or list of texts", "from vague to plain; helps to find the mistake, does not give it away", true) \
    row("points", "number", "a whole number; those of all checks sum to 100", true) \
    row("core", "true or false", "whether the step's own task asks for it; else it is depth", false) \
    row("needs", "list of texts", "earlier checks that must have passed", false) \
    row("room", "text", "checks of the same room share its processes and what they saved", false) \
    row("env", "object", "more environment variables for this check", false) \
    row("data", "data", "fresh data for this check", false) \
    row("do", "list of steps", "its steps, in order", false) \
    row("judge", "text", "a judge in C, in place of steps", false)
/* clang-format on */

#define ENVELOPE_NAME(name, takes, about, needed) name,
