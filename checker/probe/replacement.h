/* Files of the exercise's own that take the place of a learner's.
 *
 *   exercises/13-modules/assets/swap-pricing/c/pricing.c
 *                               └ the set    └ the language, as in languages.json
 *                                              └ replaces the learner's file of this name, wherever it lies
 *
 * JavaScript has two systems of modules, which do not mix: of pricing.mjs (ES modules) and pricing.cjs (CommonJS) the one
 * that fits takes the place of the learner's pricing.js, pricing.mjs or pricing.cjs, under the learner's name. */
#pragma once
#include "checker/base/json.h"
#include "checker/base/text.h"

/* Which of two systems a file named .js is written in: what the nearest package.json says decides, as it does for Node
 * (type: its "type", or NULL); where it is silent, whether a statement of the text begins with import or export. */
bool replacement_is_es_module(const char *text, size_t length, const char *type);

/* Whether an asset replaces a learner's file, going by the names alone (both without folders). */
bool replacement_names_match(const char *asset, const char *file);
/* Whether a file belongs to a module: its name up to the first dot is the module's. */
bool replacement_is_of_module(const char *file, const char *module);

/* Fills in @NAME@ from set (object; values become text). FAULT_INPUT names one that is not in set. */
bool replacement_fill(const char *text, const cJSON *set, struct text *ret_text, struct error *error);
