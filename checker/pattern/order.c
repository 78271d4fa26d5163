/* Order and lookup of JSON values; order.h tells why. */
#include "checker/pattern/order.h"

#include "checker/base/memory.h"

#include <string.h>

enum { LARGE = 24 }; /* members from which sorting pays */

static int rank(const cJSON *value) {
    return !value                  ? 0
           : cJSON_IsNull(value)   ? 1
           : cJSON_IsFalse(value)  ? 2
           : cJSON_IsTrue(value)   ? 3
           : cJSON_IsNumber(value) ? 4
           : cJSON_IsString(value) ? 5
           : cJSON_IsArray(value)  ? 6
                                   : 7;
}

const cJSON **json_children(const cJSON *parent, size_t *ret_count) {
    size_t count = 0, i = 0;
    for (const cJSON *child = parent ? parent->child : NULL; child; child = child->next)
        count++;
    const cJSON **children = xcalloc(count, sizeof *children);
    for (const cJSON *child = count ? parent->child : NULL; child; child = child->next)
        children[i++] = child;
    *ret_count = count;
    return children;
}

int by_json_order(const void *a, const void *b) {
    return json_order(*(const cJSON *const *)a, *(const cJSON *const *)b);
}

int by_name(const void *a, const void *b) {
    return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

static int order_lists(const cJSON *a, const cJSON *b) {
    for (a = a->child, b = b->child; a && b; a = a->next, b = b->next) {
        int order = json_order(a, b);
        if (order)
            return order;
    }
    return (a != NULL) - (b != NULL);
}

static int order_objects(const cJSON *a, const cJSON *b) {
    size_t n, m;
    SCOPE_FREE const cJSON **left = json_children(a, &n);
    SCOPE_FREE const cJSON **right = json_children(b, &m);
    if (n != m)
        return n < m ? -1 : 1;
    qsort(left, n, sizeof *left, by_name);
    qsort(right, m, sizeof *right, by_name);
    for (size_t i = 0; i < n; i++) {
        int order = strcmp(left[i]->string, right[i]->string);
        order = order ? order : json_order(left[i], right[i]);
        if (order)
            return order;
    }
    return 0;
}

int json_order(const cJSON *a, const cJSON *b) {
    int left = rank(a), right = rank(b);
    if (left != right)
        return left < right ? -1 : 1;
    switch (left) {
    case 4:
        return json_compare_numbers(a, b);
    case 5:
        return strcmp(a->valuestring, b->valuestring);
    case 6:
        return order_lists(a, b);
    case 7:
        return order_objects(a, b);
    default:
        return 0;
    }
}

struct lookup lookup_open(const cJSON *object) {
    struct lookup lookup = {.object = object};
    if (!cJSON_IsObject(object) || cJSON_GetArraySize(object) < LARGE)
        return lookup;
    lookup.sorted = json_children(object, &lookup.count);
    qsort(lookup.sorted, lookup.count, sizeof *lookup.sorted, by_name);
    return lookup;
}

const cJSON *lookup_get(const struct lookup *lookup, const char *name) {
    if (!lookup->sorted)
        return json_get(lookup->object, name);
    cJSON wanted = {.string = (char *)name};
    const cJSON *key = &wanted;
    const cJSON **found = bsearch(&key, lookup->sorted, lookup->count, sizeof *lookup->sorted, by_name);
    return found ? *found : NULL;
}

void lookup_close(struct lookup *lookup) {
    free(lookup->sorted);
    *lookup = (struct lookup){0};
}
