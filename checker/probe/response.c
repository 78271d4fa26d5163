#include "checker/probe/response.h"

#include "checker/base/memory.h"
#include "checker/base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

enum {
    HEAD_CEILING = 64 << 10,
    FIELD_CEILING = 100,
    BODY_CEILING = 8 << 20,
    CONNECTION_CEILING = 16 << 20,
    RESPONSE_CEILING = 1000,
    INTERIM_CEILING = 100,
    CHUNK_LINE_CEILING = 1 << 10,
    EXTENSION_CEILING = 16 << 10,
    SHOWN = 60, /* bytes of a line that a sentence quotes, and by which it is known that this is no HTTP */
};

/* FIRST_LINE, then FIELD until an empty line, then, as the head says,
 *   nothing (1xx, 204, 304, to a HEAD), BODY_LENGTH, BODY_TO_CLOSE,
 *   or CHUNK_SIZE, CHUNK_DATA and CHUNK_END until a size of 0, then TRAILER until an empty line;
 * and FIRST_LINE again. After a 101 the connection speaks something else: OPAQUE. */
enum state {
    FIRST_LINE,
    FIELD,
    BODY_LENGTH,
    BODY_TO_CLOSE,
    CHUNK_SIZE,
    CHUNK_DATA,
    CHUNK_END,
    TRAILER,
    OPAQUE,
};

struct response_reader {
    enum state state;
    cJSON *whole; /* a list */
    size_t count;
    char *problem;
    uint64_t heads; /* a bit for each of the first requests: it was a HEAD */
    size_t total, body_total;

    /* Of the answer that is being read. */
    char which[32];     /* "", or " of answer 2" */
    struct text line;   /* as far as it came */
    size_t line_number; /* in the head or the trailer, from 1 */
    size_t head_size, field_count, chunk_number, extension_size;
    cJSON *headers, *cookies, *trailers, *interim;
    int status;
    bool old; /* HTTP/1.0 */
    bool length_given, chunked;
    size_t length, left; /* of the body; of it or of the chunk */
    struct text body;
    char ended_by[64]; /* how the answer before ended, for what comes after it */
};

__attribute__((format(printf, 2, 3))) static bool wrong(struct response_reader *r, const char *format, ...) {
    char *sentence = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&sentence, format, arguments);
    va_end(arguments);
    r->problem = length < 0 ? xstrdup("What came is not HTTP.") : sentence;
    return false;
}

/* Bytes as a sentence quotes them. */
static char *quoted(const char *bytes, size_t length) {
    struct text shown = {0};
    text_putc(&shown, '"');
    text_add_printable(&shown, bytes, length < SHOWN ? length : SHOWN, false);
    text_puts(&shown, length > SHOWN ? "…\"" : "\"");
    return text_take(&shown);
}

/* --- one answer after the other
 * ------------------------------------------------------------------------------ */

static void begin_head(struct response_reader *r) {
    r->state = FIRST_LINE;
    r->line_number = 1;
    r->head_size = r->field_count = 0;
    r->length_given = r->chunked = r->old = false;
    r->length = r->left = 0;
    cJSON_Delete(r->headers);
    cJSON_Delete(r->cookies);
    r->headers = cJSON_CreateObject();
    r->cookies = cJSON_CreateArray();
}

static void begin_answer(struct response_reader *r) {
    begin_head(r);
    r->chunk_number = r->extension_size = 0;
    cJSON_Delete(r->trailers);
    cJSON_Delete(r->interim);
    r->trailers = cJSON_CreateObject();
    r->interim = cJSON_CreateArray();
    text_free(&r->body);
    if (r->count)
        snprintf(r->which, sizeof r->which, " of answer %zu", r->count + 1);
}

struct response_reader *response_reader_new(void) {
    struct response_reader *r = xcalloc(1, sizeof *r);
    r->whole = cJSON_CreateArray();
    begin_answer(r);
    return r;
}

void response_reader_free(struct response_reader *r) {
    if (!r)
        return;
    cJSON_Delete(r->whole);
    cJSON_Delete(r->headers);
    cJSON_Delete(r->cookies);
    cJSON_Delete(r->trailers);
    cJSON_Delete(r->interim);
    text_free(&r->line);
    text_free(&r->body);
    free(r->problem);
    free(r);
}

/* Puts a list or object into the result if it holds anything. */
static void give(cJSON *result, const char *name, cJSON **value) {
    if ((*value)->child) {
        json_set(result, name, *value);
        *value = NULL;
    }
}

static bool answer_whole(struct response_reader *r, const char *framing) {
    if (r->count == RESPONSE_CEILING)
        return wrong(r, "More than %d answers came on one connection.", RESPONSE_CEILING);
    cJSON *result = cJSON_CreateObject();
    json_set_integer(result, "status", r->status);
    json_set_text(result, "version", r->old ? "1.0" : "1.1");
    json_set(result, "headers", r->headers);
    json_set(result, "cookies", r->cookies);
    r->headers = r->cookies = NULL;
    response_body_members(result, r->body.bytes ? r->body.bytes : "", r->body.length);
    json_set_text(result, "framing", framing);
    give(result, "interim", &r->interim);
    give(result, "trailers", &r->trailers);
    cJSON_AddItemToArray(r->whole, result);
    r->count++;
    bool upgraded = r->status == 101;
    begin_answer(r);
    if (upgraded)
        r->state = OPAQUE;
    return true;
}

/* --- lines
 * --------------------------------------------------------------------------------------------------- */

/* Which lines are being read. */
static const char *part(const struct response_reader *r) {
    return r->state == TRAILER ? "trailer" : "head";
}

/* What came where an answer should begin begins none. */
static bool not_http(struct response_reader *r) {
    SCOPE_FREE char *shown = quoted(r->line.bytes, r->line.length);
    if (r->count)
        return wrong(r, "After the end of answer %zu (%s) came %s, which begins no answer.", r->count,
                     r->ended_by, shown);
    return wrong(
        r, "What came is not HTTP: an answer begins with a line such as \"HTTP/1.1 200 OK\", not with %s.",
        shown);
}

static bool may_be_http(const struct response_reader *r) {
    static const char begins[] = "HTTP/";
    size_t length = r->line.length < sizeof begins - 1 ? r->line.length : sizeof begins - 1;
    return memcmp(r->line.bytes, begins, length) == 0;
}

static bool all_digits(const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (!isdigit((unsigned char)bytes[i]))
            return false;
    return length > 0;
}

static bool first_line(struct response_reader *r, const char *line, size_t length) {
    SCOPE_FREE char *shown = quoted(line, length);
    if (length < 8 || !isdigit((unsigned char)line[5]) || line[6] != '.' || !isdigit((unsigned char)line[7]))
        return wrong(r, "The first line%s is %s; it begins with the version, \"HTTP/1.1\".", r->which, shown);
    if (line[5] != '1' || line[7] > '1')
        return wrong(r, "The first line%s is %s; this connection speaks HTTP/1.1.", r->which, shown);
    if (length < 12 || line[8] != ' ' || !all_digits(line + 9, 3) || (length > 12 && line[12] != ' '))
        return wrong(
            r,
            "The first line%s is %s; after the version come a space, a status of three digits, a space and "
            "a reason.",
            r->which, shown);
    if (length == 12)
        return wrong(r, "The first line%s is %s; a space follows the status even if no reason does.",
                     r->which, shown);
    for (size_t i = 13; i < length; i++)
        if (((unsigned char)line[i] < 0x20 && line[i] != '\t') || line[i] == 0x7f)
            return wrong(r, "The first line%s is %s, with a control character in its reason.", r->which,
                         shown);
    r->status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    if (r->status < 100 || r->status > 599)
        return wrong(r, "The first line%s is %s; a status lies between 100 and 599.", r->which, shown);
    r->old = line[7] == '0';
    r->state = FIELD;
    return true;
}

static bool name_character(unsigned char c) {
    return isalnum(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool content_length(struct response_reader *r, const char *value, size_t length) {
    SCOPE_FREE char *shown = quoted(value, length);
    if (!all_digits(value, length))
        return wrong(r, "Content-Length%s says %s; it is a number of bytes, in digits alone.", r->which,
                     shown);
    size_t number = 0;
    for (size_t i = 0; i < length && number <= BODY_CEILING; i++)
        number = number * 10 + (size_t)(value[i] - '0');
    if (r->length_given)
        return wrong(r,
                     "Content-Length stands twice in the head%s, as %zu and as %zu; it may stand there once.",
                     r->which, r->length, number);
    r->length_given = true;
    r->length = number;
    return true;
}

static bool transfer_encoding(struct response_reader *r, const char *value, size_t length) {
    SCOPE_FREE char *shown = quoted(value, length);
    if (r->chunked)
        return wrong(r, "Transfer-Encoding stands twice in the head%s.", r->which);
    if (length != 7 || strncasecmp(value, "chunked", 7) != 0)
        return wrong(r, "Transfer-Encoding%s says %s; only chunked may be used, for no other was asked for.",
                     r->which, shown);
    r->chunked = true;
    return true;
}

static bool field(struct response_reader *r, const char *line, size_t length) {
    SCOPE_FREE char *shown = quoted(line, length);
    size_t name = 0;
    if (++r->field_count > FIELD_CEILING)
        return wrong(r, "The head%s has more than %d fields.", r->which, FIELD_CEILING);
    if (*line == ' ' || *line == '\t')
        return wrong(r, "Line %zu of the %s%s begins with white space; a header stands in one line.",
                     r->line_number, part(r), r->which);
    if (!memchr(line, ':', length))
        return wrong(r, "Line %zu of the %s%s, %s, has no colon; a header is written \"Name: value\".",
                     r->line_number, part(r), r->which, shown);
    while (name_character((unsigned char)line[name]))
        name++;
    if (line[name] != ':' || name == 0) {
        bool space = line[name] == ' ' || line[name] == '\t';
        return wrong(r, "Line %zu of the %s%s, %s, has %s.", r->line_number, part(r), r->which, shown,
                     name == 0 && line[name] == ':' ? "no name before its colon"
                     : space                        ? "white space in its name or before its colon"
                             : "a character in its name that no header's name may have");
    }
    const char *value = line + name + 1, *end = line + length;
    for (const char *c = value; c < end; c++)
        if (((unsigned char)*c < 0x20 && *c != '\t') || *c == 0x7f)
            return wrong(r, "Line %zu of the %s%s has a control character (0x%02x) in its value.",
                         r->line_number, part(r), r->which, (unsigned)(unsigned char)*c);
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    size_t value_length = (size_t)(end - value);
    if (r->state == TRAILER) {
        response_keep_field(r->trailers, NULL, line, name, value, value_length);
        return true;
    }
    response_keep_field(r->headers, r->cookies, line, name, value, value_length);
    if (name == 14 && strncasecmp(line, "Content-Length", name) == 0)
        return content_length(r, value, value_length);
    if (name == 17 && strncasecmp(line, "Transfer-Encoding", name) == 0)
        return transfer_encoding(r, value, value_length);
    return true;
}

/* RFC 9112, 6.3: how long the body is. */
static bool head_whole(struct response_reader *r) {
    bool interim = r->status < 200, was_head = r->count < 64 && (r->heads >> r->count & 1);
    bool bodiless = interim || r->status == 204 || r->status == 304 || was_head;
    if (r->chunked && r->length_given)
        return wrong(
            r,
            "The head%s has both Content-Length and Transfer-Encoding; only one may say where the body ends.",
            r->which);
    if (r->chunked && r->old)
        return wrong(r, "The answer%s is HTTP/1.0, which has no Transfer-Encoding.", r->which);
    if ((interim || r->status == 204) && (r->chunked || r->length > 0))
        return wrong(r, "An answer %d has no body, but the head%s has a %s.", r->status, r->which,
                     r->chunked ? "Transfer-Encoding" : "Content-Length above 0");
    if (interim && r->status != 101) {
        if (cJSON_GetArraySize(r->interim) == INTERIM_CEILING)
            return wrong(r, "More than %d interim answers (1xx) came before one that answers.",
                         INTERIM_CEILING);
        cJSON_AddItemToArray(r->interim, json_integer(r->status));
        begin_head(r);
        return true;
    }
    if (bodiless) {
        if (was_head)
            snprintf(r->ended_by, sizeof r->ended_by, "to a HEAD, so without a body");
        else
            snprintf(r->ended_by, sizeof r->ended_by, "a %d, which has no body", r->status);
        return answer_whole(r, "none");
    }
    if (r->chunked) {
        r->state = CHUNK_SIZE;
        r->chunk_number = 1;
        return true;
    }
    if (!r->length_given) {
        r->state = BODY_TO_CLOSE;
        return true;
    }
    if (r->length > BODY_CEILING - r->body_total)
        return wrong(r, "Content-Length%s promises more than the 8 MiB that the checker reads.", r->which);
    snprintf(r->ended_by, sizeof r->ended_by, "its Content-Length is %zu", r->length);
    r->left = r->length;
    r->state = BODY_LENGTH;
    return r->left > 0 || answer_whole(r, "length");
}

/* RFC 9112, 7.1: hexadecimal digits, then perhaps ";name=value". */
static bool chunk_size(struct response_reader *r, const char *line, size_t length) {
    size_t digits = 0, number = 0;
    while (digits < length && isxdigit((unsigned char)line[digits])) {
        char c = line[digits++];
        number = number * 16 + (size_t)(isdigit((unsigned char)c) ? c - '0' : tolower(c) - 'a' + 10);
        if (number > BODY_CEILING)
            number = BODY_CEILING + 1; /* counted no further, so it cannot run over */
    }
    size_t rest = digits;
    while (rest < length && (line[rest] == ' ' || line[rest] == '\t'))
        rest++;
    if (digits == 0 || (digits < length && (rest == length || line[rest] != ';'))) {
        SCOPE_FREE char *shown = quoted(line, strcspn(line, ";"));
        return wrong(r, "The size of chunk %zu%s, %s, is not hexadecimal digits alone.", r->chunk_number,
                     r->which, shown);
    }
    for (size_t i = rest; i < length; i++)
        if (((unsigned char)line[i] < 0x20 && line[i] != '\t') || line[i] == 0x7f)
            return wrong(r, "The line with the size of chunk %zu%s has a control character (0x%02x).",
                         r->chunk_number, r->which, (unsigned)(unsigned char)line[i]);
    r->extension_size += length - digits;
    if (r->extension_size > EXTENSION_CEILING)
        return wrong(r, "The extensions of the chunks%s are larger than 16 KiB together.", r->which);
    if (number > BODY_CEILING - r->body_total)
        return wrong(r, "The bodies that came are larger than the 8 MiB that the checker reads.");
    r->left = r->length = number;
    r->state = number ? CHUNK_DATA : TRAILER;
    r->line_number = 1;
    return true;
}

/* A line is there, without its LF. */
static bool line_whole(struct response_reader *r) {
    char *line = r->line.bytes;
    size_t length = r->line.length;
    /* Before it is asked how the line ends: whether it is one of HTTP at all. */
    if (r->state == FIRST_LINE && (length < 5 || !may_be_http(r))) {
        text_putc(&r->line, '\n');
        return not_http(r);
    }
    bool ends_well = length > 0 && line[length - 1] == '\r';
    const char *early = memchr(line, '\r', ends_well ? length - 1 : length);
    if (early || !ends_well) {
        const char *what =
            early ? "has a CR that no LF follows" : "ends with LF alone; HTTP ends each line with CR LF";
        if (r->state == CHUNK_SIZE)
            return wrong(r, "The line with the size of chunk %zu%s %s.", r->chunk_number, r->which, what);
        return wrong(r, "Line %zu of the %s%s %s.", r->line_number, part(r), r->which, what);
    }
    line[--length] = '\0';
    r->line.length = length;
    switch (r->state) {
    case FIRST_LINE:
        return first_line(r, line, length);
    case FIELD:
        return length ? field(r, line, length) : head_whole(r);
    case CHUNK_SIZE:
        return chunk_size(r, line, length);
    default:
        if (length)
            return field(r, line, length);
        snprintf(r->ended_by, sizeof r->ended_by, "its last chunk had come");
        return answer_whole(r, "chunked");
    }
}

/* Takes bytes up to the end of the line, or all. Returns how many; *ret_ok is false if they are wrong. */
static size_t take_line(struct response_reader *r, const char *bytes, size_t length, bool *ret_ok) {
    bool chunk = r->state == CHUNK_SIZE;
    size_t ceiling = chunk ? CHUNK_LINE_CEILING : HEAD_CEILING - r->head_size,
           room = ceiling - r->line.length;
    /* What cannot be HTTP is known after SHOWN bytes, however few come at once. */
    if (r->state == FIRST_LINE && r->line.length < SHOWN && room > SHOWN - r->line.length)
        room = SHOWN - r->line.length;
    if (length > room)
        length = room;
    const char *newline = memchr(bytes, '\n', length);
    size_t taken = newline ? (size_t)(newline - bytes) + 1 : length;
    text_add(&r->line, bytes, newline ? taken - 1 : taken);
    if (newline) {
        if (!chunk)
            r->head_size += r->line.length + 1;
        enum state before = r->state;
        *ret_ok = line_whole(r);
        r->line.length = 0;
        if (r->state == before || r->state == FIELD)
            r->line_number++;
        return taken;
    }
    if (r->state == FIRST_LINE && r->line.length == SHOWN && !may_be_http(r))
        *ret_ok = not_http(r);
    else if (r->line.length == ceiling)
        *ret_ok = chunk ? wrong(r, "The line with the size of chunk %zu%s is longer than 1 KiB.",
                                r->chunk_number, r->which)
                        : wrong(r, "The head%s is larger than 64 KiB.", r->which);
    return taken;
}

/* --- bodies
 * -------------------------------------------------------------------------------------------------- */

static size_t take_body(struct response_reader *r, const char *bytes, size_t length, bool *ret_ok) {
    if (r->state == BODY_TO_CLOSE) {
        if (length > BODY_CEILING - r->body_total) {
            *ret_ok = wrong(r, "The bodies that came are larger than the 8 MiB that the checker reads.");
            return length;
        }
    } else if (length > r->left) {
        length = r->left;
    }
    text_add(&r->body, bytes, length);
    r->body_total += length;
    if (r->state == BODY_TO_CLOSE)
        return length;
    r->left -= length;
    if (r->left == 0) {
        if (r->state == CHUNK_DATA)
            r->state = CHUNK_END;
        else
            *ret_ok = answer_whole(r, "length");
    }
    return length;
}

/* The CR LF behind a chunk's data, a byte at a time. */
static void take_chunk_end(struct response_reader *r, const char *byte, bool *ret_ok) {
    bool second = r->line.length == 1;
    if (*byte != (second ? '\n' : '\r')) {
        text_add(&r->line, byte, 1);
        SCOPE_FREE char *shown = quoted(r->line.bytes, r->line.length);
        *ret_ok = wrong(
            r, "After the %zu bytes of chunk %zu%s comes %s instead of CR LF; is the chunk's size right?",
            r->length, r->chunk_number, r->which, shown);
        return;
    }
    if (!second) {
        text_add(&r->line, byte, 1);
        return;
    }
    r->line.length = 0;
    r->chunk_number++;
    r->state = CHUNK_SIZE;
}

bool response_reader_feed(struct response_reader *r, const char *bytes, size_t length) {
    bool ok = !r->problem;
    while (ok && length > 0 && r->state != OPAQUE) {
        if (r->total == CONNECTION_CEILING)
            return wrong(r, "More than the 16 MiB that the checker reads came on one connection.");
        size_t most = CONNECTION_CEILING - r->total < length ? CONNECTION_CEILING - r->total : length, taken;
        switch (r->state) {
        case BODY_LENGTH:
        case BODY_TO_CLOSE:
        case CHUNK_DATA:
            taken = take_body(r, bytes, most, &ok);
            break;
        case CHUNK_END:
            take_chunk_end(r, bytes, &ok);
            taken = 1;
            break;
        default:
            taken = take_line(r, bytes, most, &ok);
        }
        bytes += taken;
        length -= taken;
        r->total += taken;
    }
    return ok;
}

/* --- the end
 * ------------------------------------------------------------------------------------------------- */

static bool head_cut(struct response_reader *r, const char *how, double seconds) {
    size_t lines = r->line_number - 1;
    if (r->state == TRAILER && lines == 0 && r->line.length == 0)
        return how ? wrong(r, "%s after the last chunk%s; an empty line ends the body.", how, r->which)
                   : wrong(r, "After the last chunk%s nothing came within %g s; an empty line ends the body.",
                           r->which, seconds);
    SCOPE_FREE char *where = r->line.length ? xprintf("in the middle of line %zu", r->line_number)
                                            : xprintf("after line %zu", lines);
    if (how)
        return wrong(r, "%s %s of the %s%s, which ends with an empty line.", how, where, part(r), r->which);
    return wrong(r, "The %s%s was not finished within %g s: nothing came %s, and it ends with an empty line.",
                 part(r), r->which, seconds, where);
}

bool response_reader_end(struct response_reader *r, enum response_end end, double seconds) {
    if (r->problem)
        return false;
    const char *how = end == RESPONSE_CLOSED ? "The connection closed"
                      : end == RESPONSE_CUT  ? "The connection was cut"
                                             : NULL;
    switch (r->state) {
    case OPAQUE:
        return true;
    case FIRST_LINE:
        if (r->line.length == 0 && !r->interim->child)
            return true;
        if (r->line.length == 0)
            return how ? wrong(r, "%s after an interim answer (1xx), without the answer itself.", how)
                       : wrong(r, "After an interim answer (1xx) the answer itself did not come within %g s.",
                               seconds);
        if (!may_be_http(r))
            return not_http(r);
        return head_cut(r, how, seconds);
    case FIELD:
    case TRAILER:
        return head_cut(r, how, seconds);
    case BODY_LENGTH:
        return how ? wrong(r, "Content-Length%s says %zu, but the connection %s after %zu bytes of the body.",
                           r->which, r->length, end == RESPONSE_CUT ? "was cut" : "closed", r->body.length)
                   : wrong(r, "Content-Length%s says %zu, but only %zu bytes of the body came within %g s.",
                           r->which, r->length, r->body.length, seconds);
    case BODY_TO_CLOSE:
        if (end == RESPONSE_CLOSED)
            return answer_whole(r, "close");
        if (end == RESPONSE_CUT)
            return wrong(
                r,
                "The connection was cut while the body%s came; without Content-Length and without chunks, "
                "only closing it properly ends a body.",
                r->which);
        return wrong(
            r,
            "The answer%s has neither Content-Length nor chunks, so its body ends when the connection "
            "closes; that was still open after %g s.",
            r->which, seconds);
    default:
        return how ? wrong(
                         r,
                         "%s in chunk %zu%s; a body in chunks ends with a chunk of size 0 and an empty line.",
                         how, r->chunk_number, r->which)
                   : wrong(r,
                           "The body%s was not finished within %g s, in chunk %zu; a body in chunks ends "
                           "with a chunk "
                           "of size 0 and an empty line.",
                           r->which, seconds, r->chunk_number);
    }
}

size_t response_reader_count(const struct response_reader *r) {
    return r->count;
}

const char *response_reader_problem(const struct response_reader *r) {
    return r->problem;
}

cJSON *response_reader_take(struct response_reader *r) {
    cJSON *whole = r->whole;
    r->whole = cJSON_CreateArray();
    return whole;
}

/* --- what was sent
 * -------------------------------------------------------------------------------------------- */

/* The number in the request's Content-Length, 0 without one. */
static size_t request_body_length(const char *head, size_t length) {
    static const char name[] = "\r\ncontent-length:";
    for (size_t i = 0; i + sizeof name <= length; i++)
        if (strncasecmp(head + i, name, sizeof name - 1) == 0)
            return strtoul(head + i + sizeof name - 1, NULL, 10);
    return 0;
}

/* Requests may be broken on purpose; where one ends that cannot be understood nobody knows, and the method
 * of those behind it does not matter then. */
void response_reader_sent(struct response_reader *r, const char *bytes, size_t length) {
    SCOPE_FREE char *copy = xcalloc(length + 1, 1);
    memcpy(copy, bytes, length);
    size_t at = 0;
    for (int request = 0; request < 64 && at < length; request++) {
        const char *end = memmem(copy + at, length - at, "\r\n\r\n", 4);
        size_t head = end ? (size_t)(end - copy) + 4 - at : length - at;
        if (strncmp(copy + at, "HEAD ", 5) == 0)
            r->heads |= (uint64_t)1 << request;
        size_t body = request_body_length(copy + at, head);
        at += head;
        if (body > length - at)
            break;
        at += body;
    }
}

/* --- what kind http gives as well
 * ------------------------------------------------------------------------------ */

static void trim(const char **bytes, size_t *length) {
    while (*length && isspace((unsigned char)(*bytes)[*length - 1]))
        --*length;
    while (*length && isspace((unsigned char)**bytes)) {
        ++*bytes;
        --*length;
    }
}

void response_keep_field(cJSON *headers, cJSON *cookies, const char *name, size_t name_length,
                         const char *value, size_t value_length) {
    trim(&name, &name_length);
    trim(&value, &value_length);
    SCOPE_JSON cJSON *key = json_string(name, name_length), *kept = json_string(value, value_length);
    for (char *c = key->valuestring; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    if (cookies && strcmp(key->valuestring, "set-cookie") == 0)
        cJSON_AddItemToArray(cookies, cJSON_Duplicate(kept, false));
    const char *earlier = json_text(headers, key->valuestring);
    SCOPE_FREE char *joined = earlier ? xprintf("%s, %s", earlier, kept->valuestring) : NULL;
    json_set_text(headers, key->valuestring, joined ? joined : kept->valuestring);
}

void response_body_members(cJSON *result, const char *bytes, size_t length) {
    json_set(result, "text", json_string(bytes, length));
    json_set_integer(result, "size", (int64_t)length);
    if (!length)
        return;
    struct json_fault fault;
    cJSON *body = json_parse(bytes, length, &fault);
    if (body) {
        json_set(result, "body", body);
        return;
    }
    SCOPE_FREE char *why = xprintf("line %zu, column %zu: %s%s%s", fault.line, fault.column, fault.what,
                                   *fault.remedy ? "; " : "", fault.remedy);
    json_set_text(result, "not_json", why);
}
