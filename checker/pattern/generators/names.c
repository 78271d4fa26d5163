/* $name and $email: people who break careless code.
 *
 * Every name has a letter beyond ASCII and an apostrophe, so one draw finds the missing escape and the wrong
 * encoding; {"$name": "plain"} has neither, for checks that are about something else. The middle name is made
 * up, so that two people of a run have the same name in one of a thousand million cases. */
#include "checker/base/memory.h"
#include "checker/pattern/generator.h"

#include <ctype.h>
#include <string.h>

static const char *const first_names[] = {"Zoë",   "Renée", "Søren", "Łucja",  "Jürgen", "Íñigo",
                                          "Chloé", "Žofia", "Åsa",   "Mónica", "Gülay",  "Noël",
                                          "Ağa",   "Đorđe", "Þóra",  "Ödön"};
static const char *const last_names[] = {"O'Neill", "D'Souza", "O'Shea",  "M'Bala",  "L'Hermite", "D'Aosta",
                                         "O'Hara",  "N'Diaye", "D'Amico", "O'Grady", "L'Abbé",    "O'Dowd"};
static const char *const plain_first[] = {"Ruth", "Omar",  "Nina",  "Tariq", "Ines", "Pavel",
                                          "Mei",  "Jonas", "Lena",  "Amit",  "Rosa", "Viktor",
                                          "Hana", "Samir", "Greta", "Paulo"};
static const char *const plain_last[] = {"Berger", "Castell", "Dunmore", "Eklund",  "Farouk", "Gantry",
                                         "Holmer", "Iversen", "Jansen",  "Kimathi", "Lomas",  "Mendel"};

void random_word(struct random *random, int syllables, char out[static 40]) {
    static const char consonants[] = "bdklmnprstvz", vowels[] = "aeiou";
    int at = 0;
    for (int i = 0; i < syllables && at < 38; i++) {
        out[at++] = consonants[random_between(random, 0, (int64_t)sizeof consonants - 2)];
        out[at++] = vowels[random_between(random, 0, (int64_t)sizeof vowels - 2)];
    }
    out[at] = '\0';
}

static cJSON *draw_name(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    (void)error;
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    bool plain = generator_argument(options) != NULL;
    char middle[40];
    random_word(random, 4, middle);
    middle[0] = (char)toupper((unsigned char)middle[0]);
    const char *first = plain ? PICK(random, plain_first) : PICK(random, first_names);
    const char *last = plain ? PICK(random, plain_last) : PICK(random, last_names);
    SCOPE_FREE char *name = xprintf("%s %s %s", first, middle, last);
    return cJSON_CreateString(name);
}

static bool check_name(const cJSON *options, struct error *error) {
    const cJSON *argument = generator_argument(options);
    if (!options_known(options, error, (const char *const[]){NULL}))
        return false;
    if (!argument || (cJSON_IsString(argument) && strcmp(argument->valuestring, "plain") == 0))
        return true;
    return fail_at(error, "$name", "$name takes \"plain\" or stands alone, \"$name\"");
}

static cJSON *draw_email(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    (void)options;
    (void)error;
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    char who[40], where[40];
    random_word(random, 5, who);
    random_word(random, 4, where);
    int number = (int)random_between(random, 10, 99);
    SCOPE_FREE char *email = xprintf("%s.%d@%s.example", who, number, where);
    return cJSON_CreateString(email);
}

const struct generator generator_name = {
    .name = "$name",
    .takes = "nothing, or \"plain\"",
    .gives = "a text",
    .about =
        "A person's name with a letter beyond ASCII and an apostrophe, as Zoë Tavino O'Neill; plain: ASCII "
        "letters and spaces only.",
    .example = "\"$name\" -> {\"$matches\": \"^(?=.*[^ -~]).+ .+ .*'\"}",
    .draw = draw_name,
    .check = check_name,
};

const struct generator generator_email = {
    .name = "$email",
    .takes = "nothing",
    .gives = "a text",
    .about = "An address under .example, in small letters, which no mail can reach.",
    .example = "\"$email\" -> {\"$matches\": \"^[a-z]+\\\\.[0-9]{2}@[a-z]+\\\\.example$\"}",
    .draw = draw_email,
    .check = options_none,
};
