/* The price of a shopping list in whole cents (step 5), and lists that wrong ways of computing it get wrong.
 *
 * The model is the contract in integers: discount and tax are percents, each rounded half up, the total is made
 * from the rounded figures. A draw for "exact", "rounding" or "adds-up" is not left to luck: beside the model
 * stand the mistakes themselves (cutting price * 100, printing a double, rounding half to even, rounding each
 * line, taking the tax from what was not rounded…), and lists are drawn until each of them has been wrong. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/generator.h"

#include <math.h>
#include <string.h>

enum { MOST_ITEMS = 24, TRIES = 200000 };

struct item {
    int64_t quantity, cents;
    char name[64];
};

struct list {
    int64_t discount, tax; /* percents */
    struct item items[MOST_ITEMS];
    size_t count;
};

struct bill {
    int64_t items, subtotal, discount, tax, total;
};

/* --- the model ------------------------------------------------------------------------------------------ */

static int64_t percent_of(int64_t cents, int64_t percent) {
    return (cents * percent + 50) / 100; /* half up; nothing here is negative */
}

static struct bill bill_of(const struct list *list) {
    struct bill bill = {0};
    for (size_t i = 0; i < list->count; i++) {
        bill.items += list->items[i].quantity;
        bill.subtotal += list->items[i].quantity * list->items[i].cents;
    }
    bill.discount = percent_of(bill.subtotal, list->discount);
    bill.tax = percent_of(bill.subtotal - bill.discount, list->tax);
    bill.total = bill.subtotal - bill.discount + bill.tax;
    return bill;
}

static void add_line(cJSON *lines, const char *label, int64_t cents) {
    SCOPE_FREE char *line =
        xprintf("%s %lld.%02lld", label, (long long)(cents / 100), (long long)(cents % 100));
    cJSON_AddItemToArray(lines, json_string(line, strlen(line)));
}

/* {"args", "stdin", "lines"} and, with a label, "case". */
static cJSON *row_of(const struct list *list, const char *label) {
    struct bill bill = bill_of(list);
    cJSON *row = cJSON_CreateObject(), *arguments = cJSON_CreateArray(), *lines = cJSON_CreateArray();
    if (label)
        json_set_text(row, "case", label);
    cJSON_AddItemToArray(arguments, json_integer(list->discount));
    cJSON_AddItemToArray(arguments, json_integer(list->tax));
    SCOPE_TEXT struct text input = {0};
    for (size_t i = 0; i < list->count; i++)
        text_printf(&input, "%lld %lld.%02lld %s\n", (long long)list->items[i].quantity,
                    (long long)(list->items[i].cents / 100), (long long)(list->items[i].cents % 100),
                    list->items[i].name);
    SCOPE_FREE char *items = xprintf("items %lld", (long long)bill.items);
    cJSON_AddItemToArray(lines, json_string(items, strlen(items)));
    add_line(lines, "subtotal", bill.subtotal);
    add_line(lines, "discount", bill.discount);
    add_line(lines, "tax", bill.tax);
    add_line(lines, "total", bill.total);
    json_set(row, "args", arguments);
    json_set_text(row, "stdin", input.bytes ? input.bytes : "");
    json_set(row, "lines", lines);
    return row;
}

/* --- drawing -------------------------------------------------------------------------------------------- */

static const char *const goods[] = {"tea",    "honey", "bread", "cheese", "lemons", "jam",  "rice",  "salt",
                                    "coffee", "soap",  "paper", "apples", "yeast",  "oats", "candle"};

static void add_item(struct list *list, struct random *random, int64_t quantity, int64_t cents) {
    struct item *item = &list->items[list->count++];
    item->quantity = quantity;
    item->cents = cents;
    snprintf(item->name, sizeof item->name, "%s", PICK(random, goods));
}

static struct list random_list(struct random *random, size_t least, size_t most) {
    struct list list = {0};
    size_t count = (size_t)random_between(random, (int64_t)least, (int64_t)most);
    while (list.count < count)
        add_item(&list, random, random_between(random, 1, 12), random_between(random, 5, 4999));
    return list;
}

/* Discount and tax come to whole cents. */
static bool whole_cents(const struct list *list) {
    struct bill bill = bill_of(list);
    return bill.subtotal * list->discount % 100 == 0 &&
           (bill.subtotal - bill.discount) * list->tax % 100 == 0;
}

/* Half a cent must never be met by chance where it is not the point. */
static bool no_half_cents(const struct list *list) {
    struct bill bill = bill_of(list);
    int64_t a = bill.subtotal * list->discount % 100, b = (bill.subtotal - bill.discount) * list->tax % 100;
    return (a < 40 || a > 60) && (b < 40 || b > 60);
}

static cJSON *quantities(struct random *random) {
    cJSON *rows = cJSON_CreateArray();
    struct list list = random_list(random, 2, 3);
    add_item(&list, random, 0, random_between(random, 100, 999));
    add_item(&list, random, random_between(random, 2, 9), random_between(random, 100, 999));
    cJSON_AddItemToArray(rows, row_of(&list, "a quantity of 0 among others"));
    list = (struct list){0};
    add_item(&list, random, 1, random_between(random, 101, 999));
    cJSON_AddItemToArray(rows, row_of(&list, "one piece of one thing"));
    list = (struct list){0};
    add_item(&list, random, 0, random_between(random, 101, 999));
    cJSON_AddItemToArray(rows, row_of(&list, "a list of one line, with a quantity of 0"));
    list = random_list(random, 1, 2);
    add_item(&list, random, 1000000, random_between(random, 2, 9));
    add_item(&list, random, random_between(random, 40000, 90000), random_between(random, 1, 9));
    cJSON_AddItemToArray(rows, row_of(&list, "a million of something"));
    return rows;
}

static bool is_cut(int64_t cents) {
    double price = (double)cents / 100;
    return (int64_t)(price * 100) != cents;
}

static bool is_raised(int64_t cents) {
    double price = (double)cents / 100;
    return (int64_t)ceil(price * 100) != cents;
}

static int64_t price_that(struct random *random, bool (*holds)(int64_t cents)) {
    for (int i = 0; i < TRIES; i++) {
        int64_t cents = random_between(random, 101, 4999);
        if (holds(cents))
            return cents;
    }
    return 1999;
}

static cJSON *exact(struct random *random) {
    cJSON *rows = cJSON_CreateArray();
    struct list list = {0};
    add_item(&list, random, 1, price_that(random, is_cut));
    cJSON_AddItemToArray(rows, row_of(&list, NULL));
    list = (struct list){0};
    add_item(&list, random, 1, price_that(random, is_raised));
    cJSON_AddItemToArray(rows, row_of(&list, NULL));
    list = (struct list){0};
    for (int i = 0; i < 6; i++)
        add_item(&list, random, random_between(random, 1, 9), price_that(random, i % 2 ? is_cut : is_raised));
    cJSON_AddItemToArray(rows, row_of(&list, NULL));
    return rows;
}

/* A list whose subtotal ends in given cents, and which has whole cents for its percents. */
static struct list list_ending_in(struct random *random, int64_t end, bool with_percents) {
    for (int i = 0; i < TRIES; i++) {
        struct list list = random_list(random, 2, 4);
        if (with_percents) {
            list.discount = random_between(random, 1, 60);
            list.tax = random_between(random, 1, 60);
        }
        if (bill_of(&list).subtotal % 100 == end && no_half_cents(&list))
            return list;
    }
    return random_list(random, 1, 1);
}

static cJSON *two_digits(struct random *random) {
    cJSON *rows = cJSON_CreateArray();
    const int64_t ends[] = {random_between(random, 1, 9), 0, 10 * random_between(random, 1, 9)};
    for (size_t i = 0; i < LENGTH_OF(ends); i++) {
        struct list list = list_ending_in(random, ends[i], false);
        cJSON_AddItemToArray(rows, row_of(&list, NULL));
    }
    /* Small amounts in the other lines too: 0.05 of discount, 0.0x of tax. */
    struct list list = {.discount = 1, .tax = 1};
    add_item(&list, random, 1, random_between(random, 2, 8) * 100 + 5);
    cJSON_AddItemToArray(rows, row_of(&list, NULL));
    return rows;
}

static bool telling_percents(const struct list *list) {
    struct bill bill = bill_of(list);
    return whole_cents(list) && bill.subtotal % 100 != 0 && (bill.subtotal - bill.discount) % 100 != 0 &&
           bill.discount != 0 && bill.tax != 0 && bill.subtotal * list->tax / 100 != bill.tax;
}

static cJSON *percents(struct random *random) {
    cJSON *rows = cJSON_CreateArray();
    for (int tries = 0; cJSON_GetArraySize(rows) < 4 && tries < TRIES; tries++) {
        struct list list = random_list(random, 1, 4);
        list.discount = random_between(random, 1, 99);
        list.tax = random_between(random, 1, 99);
        if (telling_percents(&list))
            cJSON_AddItemToArray(rows, row_of(&list, NULL));
    }
    static const int64_t ends[][2] = {{100, 20}, {0, 100}, {100, 100}, {0, 0}};
    for (size_t i = 0; i < LENGTH_OF(ends); i++) {
        struct list list = list_ending_in(random, 10 * random_between(random, 1, 9), false);
        list.discount = ends[i][0];
        list.tax = ends[i][1];
        cJSON_AddItemToArray(rows, row_of(&list, ends[i][0] == 100 ? "a discount of 100 percent"
                                                 : ends[i][1]      ? "a tax of 100 percent"
                                                                   : "neither discount nor tax"));
    }
    return rows;
}

/* What `percent` of cents comes to by ways that lose at a half cent; each in whole cents. */
static int64_t by_printf(int64_t cents, int64_t percent) {
    char text[64];
    snprintf(text, sizeof text, "%.2f", (double)cents / 100 * (double)percent / 100);
    return llround(strtod(text, NULL) * 100);
}
static int64_t by_even(int64_t cents, int64_t percent) {
    int64_t exact_half = cents * percent % 100 == 50, down = cents * percent / 100;
    return exact_half ? down + down % 2 : percent_of(cents, percent);
}
static int64_t by_floor(int64_t cents, int64_t percent) {
    return (int64_t)floor((double)cents / 100 * (double)percent / 100 * 100 + 0.5);
}
static int64_t by_factor(int64_t cents, int64_t percent) {
    return (int64_t)floor((double)cents * ((double)percent / 100.0) + 0.5);
}
static int64_t by_factor_of_amount(int64_t cents, int64_t percent) {
    return (int64_t)floor((double)cents / 100 * ((double)percent / 100.0) * 100 + 0.5);
}
static int64_t by_cutting(int64_t cents, int64_t percent) {
    return cents * percent / 100;
}
static int64_t (*const mistakes[])(int64_t cents, int64_t percent) = {
    by_printf, by_even, by_floor, by_factor, by_factor_of_amount, by_cutting,
};

/* A list of one item whose discount (or tax) is exactly half a cent, and which every one of these mistakes gets
 * wrong. */
static struct list half_cent_list(struct random *random, bool as_tax) {
    int64_t cents = 1350, percent = 35; /* one of them, should none be drawn */
    for (int i = 0; i < TRIES; i++) {
        int64_t c = random_between(random, 100, 9999), p = random_between(random, 1, 99);
        bool all = c * p % 100 == 50;
        for (size_t k = 0; all && k < LENGTH_OF(mistakes); k++)
            all = mistakes[k](c, p) != percent_of(c, p);
        if (all) {
            cents = c;
            percent = p;
            break;
        }
    }
    struct list list = {.discount = as_tax ? 0 : percent, .tax = as_tax ? percent : 0};
    add_item(&list, random, 1, cents);
    return list;
}

static cJSON *rounding(struct random *random) {
    static const struct { int64_t cents, percent; } fixed[] = {{50, 25}, {150, 25}, {49, 1}, {51, 1}};
    cJSON *rows = cJSON_CreateArray();
    for (int i = 0; i < 6; i++) {
        struct list list = half_cent_list(random, i % 2);
        cJSON_AddItemToArray(rows, row_of(&list, i % 2 ? "a tax that ends in half a cent"
                                                       : "a discount that ends in half a cent"));
    }
    for (size_t i = 0; i < LENGTH_OF(fixed); i++) {
        struct list list = {.discount = fixed[i].percent};
        add_item(&list, random, 1, fixed[i].cents);
        cJSON_AddItemToArray(rows, row_of(&list, NULL));
    }
    return rows;
}

/* Each a bit: the list tells the mistake from the model. */
static unsigned adding_mistakes(const struct list *list) {
    struct bill bill = bill_of(list);
    int64_t each = 0;
    for (size_t i = 0; i < list->count; i++)
        each += percent_of(list->items[i].quantity * list->items[i].cents, list->discount);
    /* In hundredths of cents: what a tax from the exact discount, and a total from exact figures would be. */
    int64_t net = bill.subtotal * 100 - bill.subtotal * list->discount;
    int64_t tax = (net * list->tax + 5000) / 10000;
    int64_t total = (net * 100 + net * list->tax + 5000) / 10000;
    return (unsigned)(each != bill.discount) | (unsigned)(tax != bill.tax) << 1 |
           (unsigned)(total != bill.total) << 2;
}

static cJSON *adds_up(struct random *random) {
    cJSON *rows = cJSON_CreateArray();
    for (int tries = 0; cJSON_GetArraySize(rows) < 20 && tries < TRIES; tries++) {
        struct list list = random_list(random, 2, 8);
        list.discount = random_between(random, 1, 99);
        list.tax = random_between(random, 1, 99);
        unsigned tells = adding_mistakes(&list);
        /* The first nine rows are three for each mistake, the others come as they are drawn. */
        int count = cJSON_GetArraySize(rows);
        if (count < 9 && !(tells >> count / 3 & 1))
            continue;
        cJSON_AddItemToArray(rows, row_of(&list, NULL));
    }
    return rows;
}

static cJSON *large(struct random *random) {
    cJSON *rows = cJSON_CreateArray();
    for (int i = 0; i < 3; i++) {
        struct list list = {0};
        add_item(&list, random, random_between(random, 900000, 1000000),
                 random_between(random, 1000000, 9000000));
        if (i > 0)
            add_item(&list, random, random_between(random, 1, 1000), random_between(random, 1, 99999));
        if (i == 2) {
            for (int tries = 0; tries < TRIES; tries++) {
                list.discount = random_between(random, 1, 30);
                list.tax = random_between(random, 1, 30);
                if (no_half_cents(&list))
                    break;
            }
        }
        cJSON_AddItemToArray(rows, row_of(&list, NULL));
    }
    return rows;
}

static cJSON *names(struct random *random) {
    static const char *const odd[] = {"crème brûlée", "7 up",       "2 9.99 tea",
                                      "Müsli 0.50",   "чай 3 1.00", "a b c d"};
    struct list list = {0};
    int64_t first = random_between(random, 0, (int64_t)LENGTH_OF(odd) - 1);
    for (size_t i = 0; i < LENGTH_OF(odd); i++) {
        add_item(&list, random, random_between(random, 1, 9), random_between(random, 10, 999));
        snprintf(list.items[i].name, sizeof list.items[i].name, "%s",
                 odd[((size_t)first + i) % LENGTH_OF(odd)]);
    }
    cJSON *rows = cJSON_CreateArray();
    cJSON_AddItemToArray(rows, row_of(&list, NULL));
    return rows;
}

static cJSON *empty(struct random *random) {
    (void)random;
    cJSON *rows = cJSON_CreateArray();
    cJSON_AddItemToArray(rows, row_of(&(struct list){.discount = 10, .tax = 20}, NULL));
    cJSON_AddItemToArray(rows, row_of(&(struct list){0}, NULL));
    return rows;
}

static const struct {
    const char *name;
    cJSON *(*draw)(struct random *random);
} purposes[] = {
    {"quantities", quantities}, {"exact", exact},       {"two-digits", two_digits},
    {"percents", percents},     {"rounding", rounding}, {"adds-up", adds_up},
    {"large", large},           {"names", names},       {"empty", empty},
};

static cJSON *draw(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    const char *purpose = cJSON_GetStringValue(generator_argument(options));
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    for (size_t i = 0; purpose && i < LENGTH_OF(purposes); i++)
        if (strcmp(purposes[i].name, purpose) == 0)
            return purposes[i].draw(random);
    fail(error, FAULT_INPUT, "$bill has no lists for \"%s\"", purpose ? purpose : "");
    return NULL;
}

static bool check(const cJSON *options, struct error *error) {
    const char *purpose = cJSON_GetStringValue(generator_argument(options));
    for (size_t i = 0; purpose && i < LENGTH_OF(purposes); i++)
        if (strcmp(purposes[i].name, purpose) == 0)
            return true;
    return fail(
        error, FAULT_INPUT,
        "/$bill one of quantities, exact, two-digits, percents, rounding, adds-up, large, names and empty");
}

const struct generator generator_bill = {
    .name = "$bill",
    .takes =
        "what the lists must tell apart: quantities, exact, two-digits, percents, rounding, adds-up, large, "
        "names, empty",
    .gives =
        "a list of rows {\"args\": [discount, tax], \"stdin\": the list, \"lines\": the bill, \"case\"?}",
    .about = "Shopping lists and their bills (step 5), drawn until each mistake they are for shows.",
    .example = "{\"$bill\": \"empty\"} -> [{\"args\": [10, 20], \"stdin\": \"\", \"lines\": [\"items 0\", "
               "\"subtotal 0.00\", "
               "\"discount 0.00\", \"tax 0.00\", \"total 0.00\"]}, {\"args\": [0, 0]}]",
    .draw = draw,
    .check = check,
};
