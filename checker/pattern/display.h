/* Values as a person sees them in a failure: JSON, but with every character that could not be told from
 * another by eye (a no-break space, a zero-width joiner) written as an escape, and bounded. What is cut comes
 * after the first difference, is counted, and costs no more time than reading the value once. */
#pragma once
#include "checker/base/json.h"
#include "checker/base/text.h"

/* One value; lists, objects and texts are abbreviated after about 2,000 characters with "… (N more)". */
char *display(const cJSON *value);
void display_add(struct text *out, const cJSON *value);

/* Two literals to be held against each other: texts are kept whole up to where they first differ and somewhat
 * beyond. ret_mark is that place in code points of ret_came, or -1 if the two are of different types. */
void display_pair(const cJSON *expected, const cJSON *came, char **ret_expected, char **ret_came,
                  long *ret_mark);
