/* The model of step 13 and its baskets: what it prints for the task's own example and for modules that answer more,
 * what it refuses, and that every basket tells each mistake that it is for from the right program. */
#include "checker/base/json.h"
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/pattern.h"

#include <criterion/criterion.h>
#include <string.h>

static cJSON *model(const char *program, const char *basket, int64_t percent, int64_t add, const char *mark) {
    SCOPE_JSON cJSON *argument = cJSON_CreateObject();
    json_set_text(argument, "program", program);
    json_set_text(argument, "basket", basket);
    json_set_integer(argument, "percent", percent);
    json_set_integer(argument, "add", add);
    json_set_text(argument, "mark", mark);
    return function_find("shop")->call(argument);
}

/* The basket of the task, and what the script printed for it. */
static const char example[] = "food 2 3.49 Green tea\nhousehold 1 2.20 Soap\nfood 1 0.89 Salt\n"
                              "books 1 24.00 The Practice of Programming\nhousehold 3 1.05 Matches, long\n";

Test(shop, model) {
    static const struct {
        const char *program, *basket;
        int64_t percent, add;
        const char *mark, *lines, *why;
    } rows[] = {
        {"receipt", example, 19, 0, "",
         "[\"2 x Green tea at 3.49 = 6.98\",\"1 x Soap at 2.20 = 2.20\",\"1 x Salt at 0.89 = 0.89\","
         "\"1 x The Practice of Programming at 24.00 = 24.00\",\"3 x Matches, long at 1.05 = 3.15\","
         "\"net 37.22\",\"tax 19% 7.07\",\"total 44.29\"]",
         "the task shows it"},
        {"summary", example, 19, 0, "",
         "[\"food 7.87 with tax 9.37\",\"household 5.35 with tax 6.37\",\"books 24.00 with tax 28.56\","
         "\"total 37.22 with tax 44.29\"]",
         "the task shows it, and 9.37 + 6.37 + 28.56 is 44.30: tax is rounded for each amount"},
        {"receipt", "", 19, 0, "", "[\"net 0.00\",\"tax 19% 0.00\",\"total 0.00\"]", "nothing costs nothing"},
        {"summary", "", 19, 0, "", "[\"total 0.00 with tax 0.00\"]", "no category, and all together"},
        {"receipt", "a 1 0.50 X\n", 1, 0, "",
         "[\"1 x X at 0.50 = 0.50\",\"net 0.50\",\"tax 1% 0.01\",\"total 0.51\"]", "half a cent goes up"},
        {"receipt", "a 1 0.49 X\n", 1, 0, "",
         "[\"1 x X at 0.49 = 0.49\",\"net 0.49\",\"tax 1% 0.00\",\"total 0.49\"]", "less does not"},
        {"receipt", "a 2 1.00 X\na 1 3.00 Y\n", 10, 7, "",
         "[\"2 x X at 1.00 = 2.07\",\"1 x Y at 3.00 = 3.07\",\"net 5.14\",\"tax 10% 0.58\",\"total 5.72\"]",
         "a price is no line total; the tax is what with_tax adds, with its own cents"},
        {"summary", "a 2 1.00 X\nb 1 3.00 Y\na 1 1.00 Z\n", 10, 7, "",
         "[\"a 3.14 with tax 3.52\",\"b 3.07 with tax 3.45\",\"total 6.21 with tax 6.90\"]",
         "the cents come once a line, and once for each amount with tax"},
        {"receipt", "a 2 1.00 X 9.99\n", 10, 0, "eur",
         "[\"2 x X 9.99 at eur1.00 = eur2.00\",\"net eur2.00\",\"tax 10% eur0.20\",\"total eur2.20\"]",
         "the mark is on amounts, not on the name, the quantity or the percentage"},
        {"summary", "a 1 1.00 X\n", 0, 0, "eur",
         "[\"a eur1.00 with tax eur1.00\",\"total eur1.00 with tax eur1.00\"]", "the same in the summary"},
        {"summary", "ab 1 1.00 X\na 1 2.00 Y\nab 1 3.00 Z\n", 0, 0, "",
         "[\"ab 4.00 with tax 4.00\",\"a 2.00 with tax 2.00\",\"total 6.00 with tax 6.00\"]",
         "the beginning of a category is another one"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *lines =
            model(rows[i].program, rows[i].basket, rows[i].percent, rows[i].add, rows[i].mark);
        SCOPE_FREE char *printed = lines ? json_print(lines) : NULL;
        cr_assert_not_null(printed, "%s", rows[i].why);
        cr_expect_str_eq(printed, rows[i].lines, "%s: %s", rows[i].why, printed);
    }
}

Test(shop, what_is_no_basket_is_refused) {
    static const char *const arguments[] = {
        "null",
        "\"a 1 1.00 X\\n\"",
        "{\"basket\": \"\"}",
        "{\"program\": \"receipt\"}",
        "{\"program\": \"invoice\", \"basket\": \"\"}",
        "{\"program\": \"receipt\", \"basket\": 1}",
        "{\"program\": \"receipt\", \"basket\": \"a 1 1.00 X\"}",          /* no newline */
        "{\"program\": \"receipt\", \"basket\": \"a 1 1.00 \\n\"}",        /* no name */
        "{\"program\": \"receipt\", \"basket\": \"a 1 1.00\\n\"}",         /* nor a blank before it */
        "{\"program\": \"receipt\", \"basket\": \"a 1 1.0 X\\n\"}",        /* one decimal */
        "{\"program\": \"receipt\", \"basket\": \"a 1 1.000 X\\n\"}",      /* three */
        "{\"program\": \"receipt\", \"basket\": \"a 1 1 X\\n\"}",          /* none */
        "{\"program\": \"receipt\", \"basket\": \"a -1 1.00 X\\n\"}",      /* less than nothing */
        "{\"program\": \"receipt\", \"basket\": \"a 1000001 1.00 X\\n\"}", /* beyond the bounds */
        "{\"program\": \"receipt\", \"basket\": \"a 99999999999999999999 1.00 X\\n\"}",
        "{\"program\": \"receipt\", \"basket\": \" 1 1.00 X\\n\"}", /* no category */
        "{\"program\": \"receipt\", \"basket\": \"\\n\"}",
        "{\"program\": \"receipt\", \"basket\": \"\", \"percent\": -1}",
        "{\"program\": \"receipt\", \"basket\": \"\", \"percent\": 1.5}",
        "{\"program\": \"receipt\", \"basket\": \"\", \"percent\": \"19\"}",
        "{\"program\": \"receipt\", \"basket\": \"\", \"add\": 1001}",
        "{\"program\": \"receipt\", \"basket\": \"\", \"mark\": 1}",
    };
    for (size_t i = 0; i < LENGTH_OF(arguments); i++) {
        SCOPE_JSON cJSON *argument = json_parse(arguments[i], strlen(arguments[i]), NULL);
        cr_assert_not_null(argument, "%s", arguments[i]);
        SCOPE_JSON cJSON *lines = function_find("shop")->call(argument);
        cr_expect_null(lines, "%s", arguments[i]);
    }
}

/* --- baskets -------------------------------------------------------------------------------------------- */

static cJSON *draw(const char *purpose, uint64_t seed) {
    struct error error = {0};
    SCOPE_JSON cJSON *spec = cJSON_CreateObject();
    json_set_text(spec, "$shop", purpose);
    cr_assert(generate_check(spec, &error), "%s", error.text);
    cJSON *drawn = generate(spec, seed, "datum", &error);
    cr_assert_not_null(drawn, "%s", error.text);
    return drawn;
}

struct row {
    char category[64], name[64];
    long long quantity, cents;
};

/* Reads a drawn basket anew, by other means than the model. */
static size_t read_rows(const char *basket, struct row *rows, size_t capacity) {
    size_t count = 0;
    for (const char *at = basket; *at && count < capacity; count++) {
        long long whole, hundredths;
        int length = 0;
        struct row *row = &rows[count];
        cr_assert_eq(sscanf(at, "%63s %lld %lld.%2lld %63[^\n]%n", row->category, &row->quantity, &whole,
                            &hundredths, row->name, &length),
                     5, "%s", at);
        row->cents = whole * 100 + hundredths;
        at += length;
        cr_assert_eq(*at++, '\n');
    }
    return count;
}

static long long gross_of(long long cents, long long percent) {
    return cents + (cents * percent + 50) / 100;
}

/* What mistakes a basket tells from a right program. */
struct told {
    bool by_line, by_category, sorted, reversed, adjacent, cut, first_word;
};

static struct told told_by(const struct row *rows, size_t count, long long percent) {
    struct told told = {0};
    long long all = 0, by_line = 0, by_category = 0, run = 0;
    const char *last = NULL;
    bool up = true, down = true;
    for (size_t i = 0; i < count; i++) {
        long long total = rows[i].quantity * rows[i].cents, net = 0;
        size_t first = 0;
        while (strcmp(rows[first].category, rows[i].category) != 0)
            first++;
        all += total;
        by_line += gross_of(total, percent);
        told.cut |= (long long)((double)rows[i].cents / 100 * 100) != rows[i].cents;
        told.first_word |= strchr(rows[i].name, ' ') != NULL;
        told.adjacent |= first < i && strcmp(rows[i - 1].category, rows[i].category) != 0;
        if (first < i)
            continue;
        for (size_t j = i; j < count; j++)
            if (strcmp(rows[j].category, rows[i].category) == 0)
                net += rows[j].quantity * rows[j].cents;
        by_category += gross_of(net, percent);
        up &= !last || strcmp(last, rows[i].category) < 0;
        down &= !last || strcmp(last, rows[i].category) > 0;
        last = rows[i].category;
        run++;
    }
    told.by_line = by_line != gross_of(all, percent);
    told.by_category = by_category != gross_of(all, percent);
    told.sorted = run >= 3 && !up;
    told.reversed = run >= 3 && !down;
    return told;
}

Test(shop, baskets_show_the_mistakes_they_are_for) {
    enum { SEEDS = 300 };
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static const struct {
            const char *purpose;
            struct told told;
            size_t least;
        } purposes[] = {
            {"prices", {.cut = true}, 4},
            {"names", {.first_word = true}, 6},
            {"taxes", {.by_line = true, .by_category = true}, 3},
            {"categories",
             {.by_line = true, .by_category = true, .sorted = true, .reversed = true, .adjacent = true},
             8},
            {"mixed", {true, true, true, true, true, true, true}, 18},
            {"rate", {true, true, true, true, true, true, true}, 18},
        };
        for (size_t i = 0; i < LENGTH_OF(purposes); i++) {
            const char *purpose = purposes[i].purpose;
            SCOPE_JSON cJSON *drawn = draw(purpose, seed);
            SCOPE_JSON cJSON *again = draw(purpose, seed);
            cr_assert(json_equal(drawn, again), "%s is not the same for seed %d again", purpose, (int)seed);
            struct row rows[32];
            const char *basket = json_text(drawn, "basket");
            long long percent = (long long)json_number(drawn, "percent", 0);
            size_t count = read_rows(basket, rows, LENGTH_OF(rows));
            cr_assert_geq(count, purposes[i].least);
            bool other = strcmp(purpose, "rate") == 0;
            cr_assert(other ? percent >= 1 && percent <= 40 && percent != 19 : percent == 19);
            struct told told = told_by(rows, count, percent);
            const struct told *wanted = &purposes[i].told;
            cr_assert(told.by_line >= wanted->by_line && told.by_category >= wanted->by_category &&
                          told.sorted >= wanted->sorted && told.reversed >= wanted->reversed &&
                          told.adjacent >= wanted->adjacent && told.cut >= wanted->cut &&
                          told.first_word >= wanted->first_word,
                      "%s, seed %d:\n%s", purpose, (int)seed, basket);
            SCOPE_JSON cJSON *receipt = model("receipt", basket, percent, 0, "");
            SCOPE_JSON cJSON *summary = model("summary", basket, percent, 0, "");
            cr_assert(receipt && summary, "the model refuses what was drawn for %s: %s", purpose, basket);
        }
    }
}

Test(shop, an_unknown_purpose_is_named) {
    struct error error = {0};
    static const char *const specs[] = {"\"$shop\"", "{\"$shop\": \"cheap\"}", "{\"$shop\": 1}"};
    for (size_t i = 0; i < LENGTH_OF(specs); i++) {
        SCOPE_JSON cJSON *spec = json_parse(specs[i], strlen(specs[i]), NULL);
        cr_expect_not(generate_check(spec, &error), "%s", specs[i]);
        cr_expect_eq(error.fault, FAULT_INPUT);
    }
}
