#include "checker/base/json.h"

#include "checker/base/memory.h"
#include "checker/base/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

/* --- reading -------------------------------------------------------------------------------------------- */

struct reader {
    const char *text;
    size_t length, at;
    int depth;
    struct json_fault *fault;
};

static cJSON *read_value(struct reader *r);

static void place(const char *text, size_t offset, size_t *ret_line, size_t *ret_column) {
    size_t line = 1, column = 1;
    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
            column++;
        }
    }
    *ret_line = line;
    *ret_column = column;
}

__attribute__((format(printf, 4, 5))) static void *refuse(struct reader *r, size_t offset, const char *remedy,
                                                          const char *format, ...) {
    struct json_fault *fault = r->fault;
    if (!fault)
        return NULL;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault->what, sizeof fault->what, format, arguments);
    va_end(arguments);
    snprintf(fault->remedy, sizeof fault->remedy, "%s", remedy);
    fault->offset = offset;
    place(r->text, offset, &fault->line, &fault->column);
    return NULL;
}

static void skip_space(struct reader *r) {
    while (r->at < r->length && strchr(" \t\r\n", r->text[r->at]) && r->text[r->at] != '\0')
        r->at++;
}

static cJSON *node(int type) {
    cJSON *made = xcalloc(1, sizeof *made);
    made->type = type;
    return made;
}

static bool read_hex4(struct reader *r, uint32_t *ret) {
    if (r->length - r->at < 4)
        return false;
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = r->text[r->at + (size_t)i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return false;
        value = value << 4 | (uint32_t)digit;
    }
    r->at += 4;
    *ret = value;
    return true;
}

static bool read_escape(struct reader *r, struct text *out) {
    size_t start = r->at - 1;
    if (r->at >= r->length)
        return refuse(r, start, "", "the text ends within a string");
    char c = r->text[r->at++];
    const char *from = "\"\\/bfnrt", *to = "\"\\/\b\f\n\r\t", *found = strchr(from, c);
    if (found && c) {
        text_putc(out, to[found - from]);
        return true;
    }
    if (c != 'u')
        return refuse(r, start, "a backslash itself is written \\\\", "an escape that JSON does not have");
    uint32_t point, low;
    if (!read_hex4(r, &point))
        return refuse(r, start, "", "\\u without four hexadecimal digits");
    if (point >= 0xdc00 && point <= 0xdfff)
        return refuse(r, start, "", "half of a surrogate pair");
    if (point >= 0xd800 && point <= 0xdbff) {
        if (r->length - r->at < 6 || r->text[r->at] != '\\' || r->text[r->at + 1] != 'u')
            return refuse(r, start, "", "half of a surrogate pair");
        r->at += 2;
        if (!read_hex4(r, &low) || low < 0xdc00 || low > 0xdfff)
            return refuse(r, start, "", "half of a surrogate pair");
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
    }
    char bytes[4];
    if (point == 0)
        text_add(out, "\xc0\x80", 2);
    else
        text_add(out, bytes, utf8_encode(point, bytes));
    return true;
}

/* At the opening quotation mark; returns a malloc'd string. */
static char *read_string(struct reader *r) {
    size_t start = r->at++;
    SCOPE_TEXT struct text out = {0};
    for (;;) {
        if (r->at >= r->length)
            return refuse(r, start, "close it with \"", "a string that does not end");
        unsigned char c = (unsigned char)r->text[r->at];
        if (c == '"') {
            r->at++;
            return text_take(&out);
        }
        if (c == '\\') {
            r->at++;
            if (!read_escape(r, &out))
                return NULL;
        } else if (c == '\n' || c == '\t') {
            return refuse(r, r->at, c == '\n' ? "write \\n" : "write \\t", "a raw %s in a string",
                          c == '\n' ? "newline" : "tab");
        } else if (c < 0x20) {
            return refuse(r, r->at, "write it as \\u00XX", "a control character (0x%02x) in a string", c);
        } else {
            uint32_t point;
            size_t n = utf8_decode(r->text + r->at, r->length - r->at, &point);
            if (n == 0)
                return refuse(r, r->at, "JSON is UTF-8 text", "a byte that is not UTF-8 (0x%02x)", c);
            text_add(&out, r->text + r->at, n);
            r->at += n;
        }
    }
}

static cJSON *read_number(struct reader *r) {
    size_t start = r->at, at = r->at;
    const char *t = r->text;
#define DIGIT (at < r->length && t[at] >= '0' && t[at] <= '9')
    if (t[at] == '-')
        at++;
    if (!DIGIT)
        return refuse(r, start, "", "a minus sign without a number");
    if (t[at] == '0') {
        at++;
        if (DIGIT)
            return refuse(r, start, "drop the zeros in front", "a number that starts with 0");
    }
    while (DIGIT)
        at++;
    if (at < r->length && t[at] == '.') {
        at++;
        if (!DIGIT)
            return refuse(r, start, "", "a number that ends with its decimal point");
        while (DIGIT)
            at++;
    }
    if (at < r->length && (t[at] == 'e' || t[at] == 'E')) {
        at++;
        if (at < r->length && (t[at] == '+' || t[at] == '-'))
            at++;
        if (!DIGIT)
            return refuse(r, start, "", "a number without the digits of its exponent");
        while (DIGIT)
            at++;
    }
#undef DIGIT
    r->at = at;
    cJSON *number = node(cJSON_Number);
    number->valuestring = xstrndup(t + start, at - start);
    number->valuedouble = strtod(number->valuestring, NULL);
    number->valueint = number->valuedouble >= 2147483647.0    ? 2147483647
                       : number->valuedouble <= -2147483648.0 ? -2147483647 - 1
                                                              : (int)number->valuedouble;
    return number;
}

static void append(cJSON *parent, cJSON *child) {
    if (!parent->child) {
        parent->child = child;
    } else {
        cJSON *last = parent->child->prev;
        last->next = child;
        child->prev = last;
    }
    parent->child->prev = child;
}

static int by_key(const void *a, const void *b) {
    return strcmp((*(cJSON *const *)a)->string, (*(cJSON *const *)b)->string);
}

static cJSON *duplicate_member(const cJSON *object) {
    size_t count = (size_t)cJSON_GetArraySize(object), i = 0;
    if (count < 2)
        return NULL;
    SCOPE_FREE cJSON **members = xcalloc(count, sizeof *members);
    for (cJSON *member = object->child; member; member = member->next)
        members[i++] = member;
    qsort(members, count, sizeof *members, by_key);
    for (i = 1; i < count; i++)
        if (strcmp(members[i - 1]->string, members[i]->string) == 0)
            return members[i];
    return NULL;
}

static cJSON *read_members(struct reader *r, bool object) {
    size_t start = r->at++;
    char close = object ? '}' : ']';
    SCOPE_JSON cJSON *parent = node(object ? cJSON_Object : cJSON_Array);
    if (++r->depth > JSON_DEPTH)
        return refuse(r, start, "", "arrays and objects nested more than %d deep", JSON_DEPTH);
    for (bool first = true;; first = false) {
        skip_space(r);
        if (r->at >= r->length)
            return refuse(r, start, "", "an %s that is not closed", object ? "object" : "array");
        if (r->text[r->at] == close) {
            r->at++;
            break;
        }
        if (!first) {
            if (r->text[r->at] != ',')
                return refuse(r, r->at, "", "something that is neither a comma nor %c", close);
            size_t comma = r->at++;
            skip_space(r);
            if (r->at < r->length && r->text[r->at] == close)
                return refuse(r, comma, "remove it", "a comma before %c", close);
        }
        SCOPE_FREE char *key = NULL;
        if (object) {
            if (r->at >= r->length || r->text[r->at] != '"')
                return refuse(r, r->at, "names stand in \"…\"", "a member without its name");
            key = read_string(r);
            if (!key)
                return NULL;
            skip_space(r);
            if (r->at >= r->length || r->text[r->at] != ':')
                return refuse(r, r->at, "", "a member name without a colon after it");
            r->at++;
            skip_space(r);
        }
        cJSON *child = read_value(r);
        if (!child)
            return NULL;
        child->string = key;
        key = NULL;
        append(parent, child);
    }
    r->depth--;
    cJSON *twice = object ? duplicate_member(parent) : NULL;
    if (twice)
        return refuse(r, start, "keep one of them", "the member \"%.60s\" twice in one object",
                      twice->string);
    cJSON *made = parent;
    parent = NULL;
    return made;
}

static cJSON *read_value(struct reader *r) {
    static const struct {
        const char *word;
        int type;
    } words[] = {{"true", cJSON_True}, {"false", cJSON_False}, {"null", cJSON_NULL}};
    if (r->at >= r->length)
        return refuse(r, r->at, "", "the text ends where a value should be");
    char c = r->text[r->at];
    if (c == '{' || c == '[')
        return read_members(r, c == '{');
    if (c == '"') {
        char *string = read_string(r);
        if (!string)
            return NULL;
        cJSON *value = node(cJSON_String);
        value->valuestring = string;
        return value;
    }
    if (c == '-' || (c >= '0' && c <= '9'))
        return read_number(r);
    for (size_t i = 0; i < LENGTH_OF(words); i++) {
        size_t n = strlen(words[i].word);
        if (r->length - r->at >= n && memcmp(r->text + r->at, words[i].word, n) == 0) {
            r->at += n;
            return node(words[i].type);
        }
    }
    SCOPE_TEXT struct text shown = {.ceiling = 40};
    text_add_printable(&shown, r->text + r->at, r->length - r->at < 12 ? r->length - r->at : 12, false);
    return refuse(r, r->at, "", "`%s`, which is not a JSON value", shown.bytes);
}

cJSON *json_parse(const char *text, size_t length, struct json_fault *fault) {
    struct reader r = {.text = text, .length = length, .fault = fault};
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        return refuse(&r, 0, "save it without one", "a byte order mark before the JSON text");
    skip_space(&r);
    if (r.at == length)
        return refuse(&r, 0, "", "nothing where a JSON value should be");
    cJSON *value = read_value(&r);
    if (!value)
        return NULL;
    skip_space(&r);
    if (r.at != length) {
        cJSON_Delete(value);
        return refuse(&r, r.at, "", "more text after the JSON value has ended");
    }
    return value;
}

cJSON *json_read(const char *name, const char *text, size_t length, struct error *error) {
    struct json_fault fault;
    cJSON *value = json_parse(text, length, &fault);
    if (!value)
        fail(error, FAULT_INPUT, "%s:%zu:%zu: %s%s%s", name, fault.line, fault.column, fault.what,
             *fault.remedy ? "; " : "", fault.remedy);
    return value;
}

cJSON *json_read_file(const char *path, struct error *error) {
    SCOPE_FCLOSE FILE *file = fopen(path, "re");
    if (!file) {
        fail_errno(error, FAULT_INPUT, "%s", path);
        return NULL;
    }
    SCOPE_TEXT struct text text = {.ceiling = 16u << 20};
    char bytes[65536];
    size_t n;
    while ((n = fread(bytes, 1, sizeof bytes, file)) > 0)
        text_add(&text, bytes, n);
    if (ferror(file)) {
        fail_errno(error, FAULT_INPUT, "%s", path);
        return NULL;
    }
    if (text.overflowed) {
        fail(error, FAULT_INPUT, "%s: larger than 16 MiB, which no file of this kind should be", path);
        return NULL;
    }
    return json_read(path, text.bytes ? text.bytes : "", text.length, error);
}

/* Walks the text along the pointer, reading and dropping what lies before. The text was read before, so
 * nothing here can be malformed. */
bool json_place(const char *text, size_t length, const char *pointer, size_t *ret_line, size_t *ret_column) {
    struct reader r = {.text = text, .length = length};
    skip_space(&r);
    size_t found = r.at;
    while (*pointer == '/') {
        SCOPE_FREE char *rest = xstrdup(pointer + 1);
        rest[strcspn(rest, "/")] = '\0';
        pointer += 1 + strlen(rest);
        char *to = rest;
        for (char *from = rest; *from; from++, to++) {
            *to = *from == '~' && from[1] ? (*++from == '1' ? '/' : '~') : *from;
        }
        *to = '\0';
        if (r.at >= length || (text[r.at] != '{' && text[r.at] != '['))
            return false;
        bool object = text[r.at] == '{', hit = false;
        char close = object ? '}' : ']';
        size_t wanted = object ? 0 : strtoul(rest, NULL, 10), index = 0;
        for (r.at++;; index++) {
            skip_space(&r);
            if (r.at >= length || text[r.at] == close)
                return false;
            if (text[r.at] == ',') {
                r.at++;
                skip_space(&r);
            }
            found = r.at;
            if (object) {
                SCOPE_FREE char *key = read_string(&r);
                if (!key)
                    return false;
                hit = strcmp(key, rest) == 0;
                skip_space(&r);
                r.at++;
                skip_space(&r);
            } else {
                hit = index == wanted;
            }
            if (hit)
                break;
            r.depth = 0;
            SCOPE_JSON cJSON *skipped = read_value(&r);
            if (!skipped)
                return false;
        }
    }
    place(text, found, ret_line, ret_column);
    return true;
}

/* --- writing -------------------------------------------------------------------------------------------- */

static void print_string(struct text *out, const char *string) {
    text_putc(out, '"');
    for (const char *c = string; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte == 0xc0 && (unsigned char)c[1] == 0x80) {
            text_puts(out, "\\u0000");
            c++;
        } else if (byte == '"' || byte == '\\') {
            text_printf(out, "\\%c", byte);
        } else if (byte == '\n') {
            text_puts(out, "\\n");
        } else if (byte == '\t') {
            text_puts(out, "\\t");
        } else if (byte == '\r') {
            text_puts(out, "\\r");
        } else if (byte < 0x20 || byte == 0x7f) {
            text_printf(out, "\\u%04x", byte);
        } else {
            text_putc(out, (char)byte);
        }
    }
    text_putc(out, '"');
}

static void print_number(struct text *out, const cJSON *number) {
    double value = number->valuedouble;
    if (number->valuestring) {
        text_puts(out, number->valuestring);
    } else if (isnan(value) || isinf(value)) {
        text_puts(out, "null");
    } else if (value == floor(value) && fabs(value) < 1e15) {
        text_printf(out, "%.0f", value);
    } else {
        char shortest[40];
        for (int digits = 15; digits <= 17; digits++) {
            snprintf(shortest, sizeof shortest, "%.*g", digits, value);
            if (strtod(shortest, NULL) == value)
                break;
        }
        text_puts(out, shortest);
    }
}

static void print_value(struct text *out, const cJSON *value, int indent) {
    bool object = cJSON_IsObject(value);
    if (!object && !cJSON_IsArray(value)) {
        if (cJSON_IsString(value))
            print_string(out, value->valuestring);
        else if (cJSON_IsNumber(value))
            print_number(out, value);
        else
            text_puts(out, cJSON_IsTrue(value) ? "true" : cJSON_IsFalse(value) ? "false" : "null");
        return;
    }
    text_putc(out, object ? '{' : '[');
    for (const cJSON *child = value->child; child; child = child->next) {
        if (indent >= 0)
            text_printf(out, "\n%*s", (indent + 1) * 2, "");
        if (object) {
            print_string(out, child->string);
            text_puts(out, indent >= 0 ? ": " : ":");
        }
        print_value(out, child, indent >= 0 ? indent + 1 : -1);
        if (child->next)
            text_putc(out, ',');
    }
    if (indent >= 0 && value->child)
        text_printf(out, "\n%*s", indent * 2, "");
    text_putc(out, object ? '}' : ']');
}

char *json_print(const cJSON *value) {
    struct text out = {0};
    print_value(&out, value, -1);
    return text_take(&out);
}

char *json_print_pretty(const cJSON *value) {
    struct text out = {0};
    print_value(&out, value, 0);
    text_putc(&out, '\n');
    return text_take(&out);
}

/* --- using ---------------------------------------------------------------------------------------------- */

cJSON *json_at(const cJSON *value, const char *pointer) {
    while (value && *pointer == '/') {
        size_t length = strcspn(pointer + 1, "/");
        SCOPE_FREE char *token = xstrndup(pointer + 1, length);
        pointer += 1 + length;
        if (cJSON_IsArray(value)) {
            bool digits = *token && strspn(token, "0123456789") == strlen(token) && strlen(token) < 9 &&
                          (token[0] != '0' || !token[1]);
            value = digits ? cJSON_GetArrayItem(value, atoi(token)) : NULL;
            continue;
        }
        char *to = token;
        for (const char *from = token; *from; from++, to++)
            *to = *from == '~' && from[1] ? (*++from == '1' ? '/' : '~') : *from;
        *to = '\0';
        value = json_get(value, token);
    }
    return *pointer ? NULL : (cJSON *)value;
}

char *json_pointer_add(const char *pointer, const char *token) {
    struct text out = {0};
    text_puts(&out, pointer);
    text_putc(&out, '/');
    for (const char *c = token; *c; c++) {
        if (*c == '~')
            text_puts(&out, "~0");
        else if (*c == '/')
            text_puts(&out, "~1");
        else
            text_putc(&out, *c);
    }
    return text_take(&out);
}

cJSON *json_get(const cJSON *object, const char *key) {
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;
}

const char *json_text(const cJSON *object, const char *key) {
    return cJSON_GetStringValue(json_get(object, key));
}

double json_number(const cJSON *object, const char *key, double otherwise) {
    const cJSON *number = json_get(object, key);
    return cJSON_IsNumber(number) ? number->valuedouble : otherwise;
}

bool json_true(const cJSON *object, const char *key) {
    return cJSON_IsTrue(json_get(object, key));
}

bool json_integer_value(const cJSON *number, int64_t *ret_value) {
    if (!cJSON_IsNumber(number))
        return false;
    if (number->valuestring && strspn(number->valuestring, "-0123456789") == strlen(number->valuestring)) {
        errno = 0;
        long long value = strtoll(number->valuestring, NULL, 10);
        if (errno)
            return false;
        *ret_value = value;
        return true;
    }
    double value = number->valuedouble;
    if (value != floor(value) || fabs(value) > 9007199254740992.0)
        return false;
    *ret_value = (int64_t)value;
    return true;
}

cJSON *json_integer(int64_t value) {
    cJSON *number = cJSON_CreateNumber((double)value);
    number->valuestring = xprintf("%lld", (long long)value);
    return number;
}

static cJSON *make_string(const char *bytes, size_t length, bool keep_encoded_nul) {
    struct text out = {0};
    for (size_t at = 0; at < length;) {
        uint32_t point;
        size_t n = utf8_decode(bytes + at, length - at, &point);
        if (n == 0 && keep_encoded_nul && length - at >= 2 && memcmp(bytes + at, "\xc0\x80", 2) == 0) {
            text_add(&out, bytes + at, 2);
            at += 2;
            continue;
        }
        if (n == 0)
            text_puts(&out, "\xef\xbf\xbd");
        else if (point == 0)
            text_add(&out, "\xc0\x80", 2);
        else
            text_add(&out, bytes + at, n);
        at += n ? n : 1;
    }
    cJSON *string = node(cJSON_String);
    string->valuestring = text_take(&out);
    return string;
}

cJSON *json_string(const char *bytes, size_t length) {
    return make_string(bytes, length, false);
}

void json_set(cJSON *object, const char *key, cJSON *value) {
    free(value->string); /* of a member that was copied or detached with its name */
    value->string = NULL;
    cJSON *old = json_get(object, key);
    if (old) {
        cJSON_ReplaceItemInObjectCaseSensitive(object, key, value);
    } else {
        value->string = xstrdup(key);
        append(object, value);
    }
}

void json_set_text(cJSON *object, const char *key, const char *value) {
    json_set(object, key, value ? make_string(value, strlen(value), true) : cJSON_CreateNull());
}

void json_set_integer(cJSON *object, const char *key, int64_t value) {
    json_set(object, key, json_integer(value));
}

void json_set_bool(cJSON *object, const char *key, bool value) {
    json_set(object, key, cJSON_CreateBool(value));
}

/* The digits of an integer text without its sign, or NULL if it is not an integer. */
static const char *integer_digits(const cJSON *number, bool *ret_negative) {
    const char *text = number->valuestring;
    if (!text || strspn(text, "-0123456789") != strlen(text))
        return NULL;
    const char *digits = text + (*text == '-');
    *ret_negative = *text == '-' && strcmp(digits, "0") != 0;
    return digits;
}

int json_compare_numbers(const cJSON *a, const cJSON *b) {
    bool a_negative, b_negative;
    const char *a_digits = integer_digits(a, &a_negative), *b_digits = integer_digits(b, &b_negative);
    if (a_digits && b_digits) {
        if (a_negative != b_negative)
            return a_negative ? -1 : 1;
        size_t n = strlen(a_digits), m = strlen(b_digits);
        int order = n != m ? (n < m ? -1 : 1) : strcmp(a_digits, b_digits);
        order = (order > 0) - (order < 0);
        return a_negative ? -order : order;
    }
    return (a->valuedouble > b->valuedouble) - (a->valuedouble < b->valuedouble);
}

bool json_equal(const cJSON *a, const cJSON *b) {
    if (!a || !b)
        return a == b;
    if (cJSON_IsNumber(a) && cJSON_IsNumber(b))
        return json_compare_numbers(a, b) == 0;
    if ((a->type & 0xff) != (b->type & 0xff))
        return false;
    if (cJSON_IsString(a))
        return strcmp(a->valuestring, b->valuestring) == 0;
    if (cJSON_IsArray(a)) {
        const cJSON *x = a->child, *y = b->child;
        for (; x && y; x = x->next, y = y->next)
            if (!json_equal(x, y))
                return false;
        return !x && !y;
    }
    if (cJSON_IsObject(a)) {
        if (cJSON_GetArraySize(a) != cJSON_GetArraySize(b))
            return false;
        for (const cJSON *x = a->child; x; x = x->next)
            if (!json_equal(x, json_get(b, x->string)))
                return false;
    }
    return true;
}

const char *json_type_name(const cJSON *value) {
    if (!value)
        return "nothing";
    if (cJSON_IsObject(value))
        return "object";
    if (cJSON_IsArray(value))
        return "array";
    if (cJSON_IsString(value))
        return "string";
    if (cJSON_IsNumber(value))
        return value->valuedouble == floor(value->valuedouble) ? "integer" : "number";
    return cJSON_IsBool(value) ? "true or false" : "null";
}

char *json_as_text(const cJSON *value) {
    if (!value)
        return xstrdup("nothing");
    return cJSON_IsString(value) ? xstrdup(value->valuestring) : json_print(value);
}
