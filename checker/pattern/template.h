/* What other parts of the pattern language need to know about templates. */
#pragma once
#include "checker/pattern/pattern.h"

/* Whether the text has a placeholder. */
bool template_has(const char *text);
/* Whether the value is a text with a placeholder: a static test cannot know what it will be. */
static inline bool template_open(const cJSON *value) {
    return cJSON_IsString(value) && template_has(value->valuestring);
}
/* template_check of one text. */
bool template_check_text(const char *text, void (*visit)(void *context, const char *name), void *context,
                         struct error *error);
