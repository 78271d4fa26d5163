/* $word: a made-up word. Ten small ASCII letters fit in a URL, a file name and a shell line as they are. */
#include "checker/pattern/generator.h"

static cJSON *draw(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    (void)options;
    (void)error;
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    char word[40];
    random_word(random, 5, word);
    return cJSON_CreateString(word);
}

const struct generator generator_word = {
    .name = "$word",
    .takes = "nothing",
    .gives = "a text",
    .about = "A made-up word of ten small ASCII letters.",
    .example = "\"$word\" -> {\"$matches\": \"^[a-z]{10}$\"}",
    .draw = draw,
    .check = options_none,
};
