/* What the two programs of a shop print (step 13), and baskets that show where a program taken apart went wrong.
 *
 * The model is the script that learners split, in integers. `add` and `mark` are what the check's own modules do when
 * they take the place of the learner's: pricing answers so many cents more, render puts the mark before each amount.
 * Every figure follows from these three functions alone, so a figure that does not came past a module.
 *
 * Baskets are drawn until the usual mistakes show: tax by line or by category comes to another total than tax on the
 * sum, and categories appear in an order that no sorting gives. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/generator.h"

#include <string.h>

enum {
    MOST_ITEMS = 10000, /* so many lines of a basket, of so much each, are far from 64 bits */
    MOST_CENTS = 1000000000,
    MOST_QUANTITY = 1000000,
    USUAL_PERCENT = 19,
    DRAWN_ITEMS = 24,
    CATEGORIES = 4,
    TRIES = 100000,
};

struct item {
    const char *category; /* in the basket's text, not terminated */
    size_t category_length;
    const char *name;
    size_t name_length;
    int64_t quantity, cents;
};

struct shop {
    int64_t percent, add;
    const char *mark;
};

/* --- the model ------------------------------------------------------------------------------------------ */

static int64_t line_total(const struct shop *shop, const struct item *item) {
    return item->cents * item->quantity + shop->add;
}

static int64_t with_tax(const struct shop *shop, int64_t cents) {
    return cents + (cents * shop->percent + 50) / 100 + shop->add;
}

/* An amount, malloc'd. */
static char *money(const struct shop *shop, int64_t cents) {
    return xprintf("%s%lld.%02lld", shop->mark, (long long)(cents / 100), (long long)(cents % 100));
}

static void add_line(cJSON *lines, const struct text *line) {
    cJSON_AddItemToArray(lines, json_string(line->bytes ? line->bytes : "", line->length));
}

static void add_receipt_line(cJSON *lines, const struct shop *shop, const struct item *item) {
    SCOPE_FREE char *price = money(shop, item->cents);
    SCOPE_FREE char *total = money(shop, line_total(shop, item));
    SCOPE_TEXT struct text line = {0};
    text_printf(&line, "%lld x ", (long long)item->quantity);
    text_add(&line, item->name, item->name_length);
    text_printf(&line, " at %s = %s", price, total);
    add_line(lines, &line);
}

static cJSON *receipt(const struct shop *shop, const struct item *items, size_t count) {
    cJSON *lines = cJSON_CreateArray();
    int64_t all = 0;
    for (size_t i = 0; i < count; i++) {
        add_receipt_line(lines, shop, &items[i]);
        all += line_total(shop, &items[i]);
    }
    int64_t gross = with_tax(shop, all);
    SCOPE_FREE char *net = money(shop, all);
    SCOPE_FREE char *tax = money(shop, gross - all);
    SCOPE_FREE char *total = money(shop, gross);
    SCOPE_FREE char *end =
        xprintf("net %s\ntax %lld%% %s\ntotal %s", net, (long long)shop->percent, tax, total);
    for (const char *at = end; *at;) {
        size_t length = strcspn(at, "\n");
        cJSON_AddItemToArray(lines, json_string(at, length));
        at += length + (at[length] == '\n');
    }
    return lines;
}

static bool same_category(const struct item *a, const struct item *b) {
    return a->category_length == b->category_length &&
           memcmp(a->category, b->category, a->category_length) == 0;
}

static bool is_first_of_category(const struct item *items, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (same_category(&items[i], &items[index]))
            return false;
    return true;
}

static int64_t category_net(const struct shop *shop, const struct item *items, size_t count,
                            const struct item *of) {
    int64_t net = 0;
    for (size_t i = 0; i < count; i++)
        if (same_category(&items[i], of))
            net += line_total(shop, &items[i]);
    return net;
}

static void add_summary_line(cJSON *lines, const struct shop *shop, const char *label, size_t length,
                             int64_t cents) {
    SCOPE_FREE char *net = money(shop, cents);
    SCOPE_FREE char *gross = money(shop, with_tax(shop, cents));
    SCOPE_TEXT struct text line = {0};
    text_add(&line, label, length);
    text_printf(&line, " %s with tax %s", net, gross);
    add_line(lines, &line);
}

static cJSON *summary(const struct shop *shop, const struct item *items, size_t count) {
    cJSON *lines = cJSON_CreateArray();
    int64_t all = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_first_of_category(items, i))
            continue;
        int64_t net = category_net(shop, items, count, &items[i]);
        add_summary_line(lines, shop, items[i].category, items[i].category_length, net);
        all += net;
    }
    add_summary_line(lines, shop, "total", strlen("total"), all);
    return lines;
}

/* --- reading a basket ----------------------------------------------------------------------------------- */

/* Digits up to a ceiling. */
static bool read_number(const char **at, int64_t most, int64_t *ret_number) {
    int64_t number = 0;
    const char *digit = *at;
    for (; *digit >= '0' && *digit <= '9'; digit++)
        if ((number = number * 10 + (*digit - '0')) > most)
            return false;
    if (digit == *at)
        return false;
    *at = digit;
    *ret_number = number;
    return true;
}

static bool read_character(const char **at, char wanted) {
    if (**at != wanted)
        return false;
    ++*at;
    return true;
}

/* CATEGORY QUANTITY PRICE NAME and a newline. */
static bool read_item(const char **at, struct item *ret_item) {
    struct item item = {.category = *at, .category_length = strcspn(*at, " \n")};
    int64_t whole, hundredths;
    *at += item.category_length;
    if (!item.category_length || !read_character(at, ' ') ||
        !read_number(at, MOST_QUANTITY, &item.quantity) || !read_character(at, ' ') ||
        !read_number(at, MOST_CENTS / 100, &whole) || !read_character(at, '.'))
        return false;
    const char *decimals = *at;
    if (!read_number(at, 99, &hundredths) || *at - decimals != 2 || !read_character(at, ' '))
        return false;
    item.cents = whole * 100 + hundredths;
    item.name = *at;
    item.name_length = strcspn(*at, "\n");
    *at += item.name_length;
    if (!item.name_length || !read_character(at, '\n'))
        return false;
    *ret_item = item;
    return true;
}

/* The items of a basket, malloc'd; NULL if a line has not the form that the task promises. */
static struct item *read_basket(const char *basket, size_t *ret_count) {
    size_t count = 0, capacity = 1;
    for (const char *at = basket; *at; at++)
        capacity += *at == '\n';
    if (capacity > MOST_ITEMS)
        return NULL;
    struct item *items = xcalloc(capacity, sizeof *items);
    for (const char *at = basket; *at; count++)
        if (count == capacity || !read_item(&at, &items[count])) {
            free(items);
            return NULL;
        }
    *ret_count = count;
    return items;
}

/* A number of the argument within bounds; otherwise, if it is not there. */
static bool read_member(const cJSON *argument, const char *key, int64_t otherwise, int64_t most,
                        int64_t *ret_value) {
    const cJSON *member = json_get(argument, key);
    int64_t value = otherwise;
    if (member && (!json_integer_value(member, &value) || value < 0 || value > most))
        return false;
    *ret_value = value;
    return true;
}

static cJSON *call(const cJSON *argument) {
    const char *program = json_text(argument, "program"), *basket = json_text(argument, "basket");
    const cJSON *mark = json_get(argument, "mark");
    struct shop shop = {.mark = mark ? cJSON_GetStringValue(mark) : ""};
    if (!program || !basket || !shop.mark ||
        !read_member(argument, "percent", USUAL_PERCENT, 100, &shop.percent) ||
        !read_member(argument, "add", 0, 1000, &shop.add))
        return NULL;
    size_t count;
    bool is_receipt = strcmp(program, "receipt") == 0;
    if (!is_receipt && strcmp(program, "summary") != 0)
        return NULL;
    SCOPE_FREE struct item *items = read_basket(basket, &count);
    if (!items)
        return NULL;
    return is_receipt ? receipt(&shop, items, count) : summary(&shop, items, count);
}

const struct function function_shop = {
    .name = "shop",
    .takes = "{\"program\": \"receipt\" or \"summary\", \"basket\": text, and perhaps \"percent\" (19 by "
             "default), \"add\" (cents that pricing adds) and \"mark\" (text that render puts first)}",
    .gives = "a list of lines",
    .about = "What a right program of step 13 prints for a basket of lines CATEGORY QUANTITY PRICE NAME.",
    .example = "{\"program\": \"summary\", \"basket\": \"food 2 3.49 Tea\\nart 1 2.20 Ink\\n\"} -> "
               "[\"food 6.98 with tax 8.31\", \"art 2.20 with tax 2.62\", \"total 9.18 with tax 10.92\"]",
    .call = call,
};

/* --- drawing -------------------------------------------------------------------------------------------- */

struct draft {
    struct {
        int64_t category, quantity, cents;
        const char *name;
    } items[DRAWN_ITEMS];
    size_t count;
    char categories[CATEGORIES][40]; /* in descending order */
};

static const char *const plain_names[] = {"Green tea", "Soap",        "Salt",   "Honey",     "Matches, long",
                                          "Rye bread", "Olive oil",   "Candle", "Blue ink",  "A book of maps",
                                          "Oats",      "Apple juice", "Jam",    "Wool yarn", "Paper"};
/* What splits a line at every blank, expects ASCII, or looks for numbers everywhere is wrong about one of these. */
static const char *const odd_names[] = {
    "Crème brûlée, 100 g", "2 x 3 at 4.00 = 12.00", "7 up", "Čaj 1.50", "x", "net 5.00 with tax"};
/* As doubles, times 100, these are a little less than whole cents. */
static const int64_t odd_prices[] = {1999, 435, 29, 105};

static void add_item(struct draft *draft, struct random *random, int64_t quantity, int64_t cents,
                     const char *name) {
    size_t at = draft->count++;
    draft->items[at].category = random_between(random, 0, CATEGORIES - 1);
    draft->items[at].quantity = quantity;
    draft->items[at].cents = cents;
    draft->items[at].name = name;
}

static void shuffle(struct draft *draft, struct random *random) {
    for (size_t i = draft->count; i-- > 1;) {
        size_t other = (size_t)random_between(random, 0, (int64_t)i);
        typeof(draft->items[0]) item = draft->items[i];
        draft->items[i] = draft->items[other];
        draft->items[other] = item;
    }
}

static int descending(const void *a, const void *b) {
    return strcmp(b, a);
}

/* Four different words. */
static void draw_categories(struct draft *draft, struct random *random) {
    for (size_t different = 0; different < CATEGORIES;) {
        for (size_t i = 0; i < CATEGORIES; i++)
            random_word(random, (int)random_between(random, 2, 3), draft->categories[i]);
        qsort(draft->categories, CATEGORIES, sizeof *draft->categories, descending);
        for (different = 1; different < CATEGORIES; different++)
            if (strcmp(draft->categories[different - 1], draft->categories[different]) == 0)
                break;
    }
}

static char *text_of(const struct draft *draft) {
    struct text text = {0};
    for (size_t i = 0; i < draft->count; i++)
        text_printf(&text, "%s %lld %lld.%02lld %s\n", draft->categories[draft->items[i].category],
                    (long long)draft->items[i].quantity, (long long)(draft->items[i].cents / 100),
                    (long long)(draft->items[i].cents % 100), draft->items[i].name);
    return text_take(&text);
}

/* How the categories first appear: three or more, one of them again after another, sorted neither way. */
static bool appears_unsorted(const struct draft *draft) {
    bool seen[CATEGORIES] = {false}, up = true, down = true, again = false;
    int64_t last = -1;
    size_t count = 0;
    for (size_t i = 0; i < draft->count; i++) {
        int64_t category = draft->items[i].category;
        again |= seen[category] && i > 0 && draft->items[i - 1].category != category;
        if (seen[category])
            continue;
        seen[category] = true;
        down = down && (count == 0 || category > last);
        up = up && (count == 0 || category < last);
        last = category;
        count++;
    }
    return count >= 3 && again && !up && !down;
}

/* Tax worked out for each line, or for each category, and then summed up, is another than tax on the sum. */
static bool tax_tells(const struct draft *draft, int64_t percent) {
    const struct shop shop = {.percent = percent, .mark = ""};
    int64_t all = 0, by_line = 0, by_category = 0, nets[CATEGORIES] = {0};
    for (size_t i = 0; i < draft->count; i++) {
        int64_t total = draft->items[i].cents * draft->items[i].quantity;
        all += total;
        by_line += with_tax(&shop, total);
        nets[draft->items[i].category] += total;
    }
    for (size_t i = 0; i < CATEGORIES; i++)
        by_category += with_tax(&shop, nets[i]);
    return by_line != with_tax(&shop, all) && by_category != with_tax(&shop, all);
}

/* Items as the purpose wants them, in random order. */
static void draw_items(struct draft *draft, struct random *random, const char *purpose) {
    bool mixed = strcmp(purpose, "mixed") == 0 || strcmp(purpose, "rate") == 0;
    if (mixed || strcmp(purpose, "prices") == 0)
        for (size_t i = 0; i < LENGTH_OF(odd_prices); i++)
            add_item(draft, random, i == 0 ? 1 : random_between(random, 1, 9), odd_prices[i],
                     PICK(random, plain_names));
    if (mixed || strcmp(purpose, "names") == 0)
        for (size_t i = 0; i < LENGTH_OF(odd_names); i++)
            add_item(draft, random, random_between(random, 1, 9), random_between(random, 1, 4999),
                     odd_names[i]);
    if (mixed || strcmp(purpose, "categories") == 0)
        for (int64_t more = random_between(random, 8, 12); more > 0; more--)
            add_item(draft, random, random_between(random, 1, 40), random_between(random, 1, 9999),
                     PICK(random, plain_names));
    if (strcmp(purpose, "taxes") == 0)
        for (int64_t more = random_between(random, 3, 5); more > 0; more--)
            add_item(draft, random, random_between(random, 1, 9), random_between(random, 1, 999),
                     PICK(random, plain_names));
    shuffle(draft, random);
}

static const char *const purposes[] = {"prices", "names", "taxes", "categories", "mixed", "rate"};

static bool known_purpose(const char *purpose) {
    for (size_t i = 0; purpose && i < LENGTH_OF(purposes); i++)
        if (strcmp(purposes[i], purpose) == 0)
            return true;
    return false;
}

static cJSON *draw(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    const char *purpose = cJSON_GetStringValue(generator_argument(options));
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    bool several =
        strcmp(purpose, "categories") == 0 || strcmp(purpose, "mixed") == 0 || strcmp(purpose, "rate") == 0;
    int64_t percent = USUAL_PERCENT;
    while (strcmp(purpose, "rate") == 0 && percent == USUAL_PERCENT)
        percent = random_between(random, 1, 40);
    for (int i = 0; i < TRIES; i++) {
        struct draft draft = {0};
        draw_categories(&draft, random);
        draw_items(&draft, random, purpose);
        if ((strcmp(purpose, "taxes") == 0 || several) && !tax_tells(&draft, percent))
            continue;
        if (several && !appears_unsorted(&draft))
            continue;
        SCOPE_FREE char *basket = text_of(&draft);
        cJSON *drawn = cJSON_CreateObject();
        json_set_text(drawn, "basket", basket);
        json_set_integer(drawn, "percent", percent);
        return drawn;
    }
    fail(error, FAULT_OURS, "$shop found no basket for \"%s\" in %d draws", purpose, TRIES);
    return NULL;
}

static bool check(const cJSON *options, struct error *error) {
    return known_purpose(cJSON_GetStringValue(generator_argument(options))) ||
           fail(error, FAULT_INPUT, "/$shop one of prices, names, taxes, categories, mixed and rate");
}

const struct generator generator_shop = {
    .name = "$shop",
    .takes = "what the basket must show: prices, names, taxes, categories, mixed (all of these) or rate (the "
             "same for another percentage than 19)",
    .gives = "{\"basket\": text, \"percent\": number}",
    .about = "A basket for the shop of step 13, drawn until the mistakes that it is for show; the function "
             "shop says what is right.",
    .example = "{\"$shop\": \"rate\"} -> {\"basket\": {\"$contains\": \" 19.99 \"}, \"percent\": {\"$not\": "
               "19}}",
    .draw = draw,
    .check = check,
};
