/* The strict reader of answers: what it takes, what it refuses and in which words; the same however the
 * bytes are cut; known cost whatever comes. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/probe/response.h"

#include <criterion/criterion.h>
#include <string.h>

#define OK "HTTP/1.1 200 OK\r\n"

/* Reads bytes in pieces of some size up to an end; the answers as JSON, or the problem. */
static char *read_in_pieces(const char *sent, const char *bytes, size_t length, size_t piece,
                            enum response_end end) {
    struct response_reader *reader = response_reader_new();
    response_reader_sent(reader, sent, strlen(sent));
    for (size_t at = 0; at < length; at += piece)
        if (!response_reader_feed(reader, bytes + at, length - at < piece ? length - at : piece))
            break;
    response_reader_end(reader, end, 5);
    const char *problem = response_reader_problem(reader);
    SCOPE_JSON cJSON *whole = response_reader_take(reader);
    char *made = problem ? xstrdup(problem) : json_print(whole);
    response_reader_free(reader);
    return made;
}

static void expect_read(const char *sent, const char *bytes, size_t length, enum response_end end,
                        const char *expected) {
    static const size_t pieces[] = {1, 2, 3, 7, 1000000};
    for (size_t i = 0; i < LENGTH_OF(pieces); i++) {
        SCOPE_FREE char *came = read_in_pieces(sent, bytes, length, pieces[i], end);
        cr_expect_str_eq(came, expected, "in pieces of %zu\n  %s\ncame\n  %s\nexpected\n  %s", pieces[i],
                         bytes, came, expected);
    }
}

Test(response, takes_what_rfc_9112_allows) {
    static const struct {
        const char *bytes, *gives;
        enum response_end end;
    } rows[] = {
        {OK "Content-Length: 2\r\n\r\nhi",
         "[{\"status\":200,\"version\":\"1.1\",\"headers\":{\"content-length\":\"2\"},\"cookies\":[],"
         "\"text\":\"hi\","
         "\"size\":2,\"not_json\":\"line 1, column 1: `hi`, which is not a JSON "
         "value\",\"framing\":\"length\"}]",
         RESPONSE_LATE},
        /* the close ends it */
        {"HTTP/1.0 404 Not Found\r\n\r\n[1]",
         "[{\"status\":404,\"version\":\"1.0\",\"headers\":{},\"cookies\":[],\"text\":\"[1]\",\"size\":3,"
         "\"body\":[1],"
         "\"framing\":\"close\"}]",
         RESPONSE_CLOSED},
        /* an empty reason, white space around values, repeated fields */
        {"HTTP/1.1 200 \r\nA:  1\t\r\nSet-Cookie: x=1\r\na:2\r\nSET-COOKIE: y\r\nE:\r\nContent-Length: "
         "0\r\n\r\n",
         "[{\"status\":200,\"version\":\"1.1\",\"headers\":{\"a\":\"1, 2\",\"set-cookie\":\"x=1, "
         "y\",\"e\":\"\","
         "\"content-length\":\"0\"},\"cookies\":[\"x=1\",\"y\"],\"text\":\"\",\"size\":0,\"framing\":"
         "\"length\"}]",
         RESPONSE_LATE},
        /* chunks: either case, extensions, zeros in front, a trailer; cut after its end */
        {OK
         "Transfer-Encoding: Chunked\r\n\r\nA;a=\"1\"\r\n0123456789\r\n001 ; b\r\nx\r\n0\r\nSum: 9\r\n\r\n",
         "[{\"status\":200,\"version\":\"1.1\",\"headers\":{\"transfer-encoding\":\"Chunked\"},\"cookies\":[]"
         ",\"text\":"
         "\"0123456789x\",\"size\":11,\"not_json\":\"line 1, column 1: a number that starts with 0; drop the "
         "zeros in "
         "front\",\"framing\":\"chunked\",\"trailers\":{\"sum\":\"9\"}}]",
         RESPONSE_CUT},
        /* interim answers belong to the one that follows; 204 has no body, and so the next begins at once */
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 204 No "
         "Content\r\n\r\n" OK "Content-Length: 1\r\n\r\n1",
         "[{\"status\":204,\"version\":\"1.1\",\"headers\":{},\"cookies\":[],\"text\":\"\",\"size\":0,"
         "\"framing\":"
         "\"none\",\"interim\":[100,103]},{\"status\":200,\"version\":\"1.1\",\"headers\":{\"content-"
         "length\":\"1\"},"
         "\"cookies\":[],\"text\":\"1\",\"size\":1,\"body\":1,\"framing\":\"length\"}]",
         RESPONSE_LATE},
        /* 304 may say how long the body would be */
        {"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n",
         "[{\"status\":304,\"version\":\"1.1\",\"headers\":{\"content-length\":\"99\"},\"cookies\":[],"
         "\"text\":\"\","
         "\"size\":0,\"framing\":\"none\"}]",
         RESPONSE_LATE},
        /* after a 101 it is no HTTP any more */
        {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\x81\x02hi",
         "[{\"status\":101,\"version\":\"1.1\",\"headers\":{\"upgrade\":\"x\"},\"cookies\":[],\"text\":\"\","
         "\"size\":0,"
         "\"framing\":\"none\"}]",
         RESPONSE_LATE},
        /* not UTF-8 is no fault of HTTP's */
        {OK "X: \xff\r\nContent-Length: 1\r\n\r\n\xff",
         "[{\"status\":200,\"version\":\"1.1\",\"headers\":{\"x\":\"\xef\xbf\xbd\",\"content-length\":\"1\"},"
         "\"cookies\":"
         "[],\"text\":\"\xef\xbf\xbd\",\"size\":1,\"not_json\":\"line 1, column 1: `\\\\xff`, which is not a "
         "JSON "
         "value\",\"framing\":\"length\"}]",
         RESPONSE_LATE},
        {"", "[]", RESPONSE_LATE},
        {"", "[]", RESPONSE_CUT},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        expect_read("GET / HTTP/1.1\r\n\r\n", rows[i].bytes, strlen(rows[i].bytes), rows[i].end,
                    rows[i].gives);
}

Test(response, refuses_what_is_not_http_and_says_where) {
    static const struct {
        const char *bytes, *says;
        enum response_end end;
    } rows[] = {
        {"hello\n",
         "What came is not HTTP: an answer begins with a line such as \"HTTP/1.1 200 OK\", not with "
         "\"hello\\n\".",
         RESPONSE_LATE},
        {"{}",
         "What came is not HTTP: an answer begins with a line such as \"HTTP/1.1 200 OK\", not with \"{}\".",
         RESPONSE_CLOSED},
        {"0123456789012345678901234567890123456789012345678901234567890123456789",
         "What came is not HTTP: an answer begins with a line such as \"HTTP/1.1 200 OK\", not with "
         "\"012345678901234567890123456789012345678901234567890123456789\".",
         RESPONSE_LATE},
        {"http/1.1 200 OK\r\n",
         "What came is not HTTP: an answer begins with a line such as \"HTTP/1.1 200 OK\", not with "
         "\"http/1.1 200 "
         "OK\\r\\n\".",
         RESPONSE_LATE},
        {"HTTP/2 200\r\n", "The first line is \"HTTP/2 200\"; it begins with the version, \"HTTP/1.1\".",
         RESPONSE_LATE},
        {"HTTP/2.0 200 OK\r\n", "The first line is \"HTTP/2.0 200 OK\"; this connection speaks HTTP/1.1.",
         RESPONSE_LATE},
        {"HTTP/1.1 OK\r\n",
         "The first line is \"HTTP/1.1 OK\"; after the version come a space, a status of three digits, a "
         "space and a "
         "reason.",
         RESPONSE_LATE},
        {"HTTP/1.1 2000 OK\r\n",
         "The first line is \"HTTP/1.1 2000 OK\"; after the version come a space, a status of three digits, "
         "a space and "
         "a reason.",
         RESPONSE_LATE},
        {"HTTP/1.1 200\r\n",
         "The first line is \"HTTP/1.1 200\"; a space follows the status even if no reason does.",
         RESPONSE_LATE},
        {"HTTP/1.1 600 OK\r\n", "The first line is \"HTTP/1.1 600 OK\"; a status lies between 100 and 599.",
         RESPONSE_LATE},
        {"HTTP/1.1 200 O\x1bK\r\n",
         "The first line is \"HTTP/1.1 200 O\\x1bK\", with a control character in its reason.",
         RESPONSE_LATE},
        {"HTTP/1.1 200 OK\n", "Line 1 of the head ends with LF alone; HTTP ends each line with CR LF.",
         RESPONSE_LATE},
        {OK "A: 1\r\nB: 2\n", "Line 3 of the head ends with LF alone; HTTP ends each line with CR LF.",
         RESPONSE_LATE},
        {OK "A: 1\r\n\n", "Line 3 of the head ends with LF alone; HTTP ends each line with CR LF.",
         RESPONSE_LATE},
        {OK "A: 1\rB: 2\r\n", "Line 2 of the head has a CR that no LF follows.", RESPONSE_LATE},
        {OK "Hello\r\n", "Line 2 of the head, \"Hello\", has no colon; a header is written \"Name: value\".",
         RESPONSE_LATE},
        {OK ": x\r\n", "Line 2 of the head, \": x\", has no name before its colon.", RESPONSE_LATE},
        {OK "A : x\r\n", "Line 2 of the head, \"A : x\", has white space in its name or before its colon.",
         RESPONSE_LATE},
        {OK "A@: x\r\n",
         "Line 2 of the head, \"A@: x\", has a character in its name that no header's name may have.",
         RESPONSE_LATE},
        {OK "A: x\r\n y\r\n", "Line 3 of the head begins with white space; a header stands in one line.",
         RESPONSE_LATE},
        {OK "A: x\x01y\r\n", "Line 2 of the head has a control character (0x01) in its value.",
         RESPONSE_LATE},
        {OK "Content-Length: 5 bytes\r\n",
         "Content-Length says \"5 bytes\"; it is a number of bytes, in digits alone.", RESPONSE_LATE},
        {OK "Content-Length: -1\r\n", "Content-Length says \"-1\"; it is a number of bytes, in digits alone.",
         RESPONSE_LATE},
        {OK "Content-Length:\r\n", "Content-Length says \"\"; it is a number of bytes, in digits alone.",
         RESPONSE_LATE},
        {OK "Content-Length: 5\r\nContent-Length: 6\r\n",
         "Content-Length stands twice in the head, as 5 and as 6; it may stand there once.", RESPONSE_LATE},
        {OK "Content-Length: 8388609\r\n\r\n",
         "Content-Length promises more than the 8 MiB that the checker reads.", RESPONSE_LATE},
        {OK "Content-Length: 99999999999999999999999999\r\n\r\n",
         "Content-Length promises more than the 8 MiB that the checker reads.", RESPONSE_LATE},
        {OK "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
         "The head has both Content-Length and Transfer-Encoding; only one may say where the body ends.",
         RESPONSE_LATE},
        {OK "Transfer-Encoding: gzip, chunked\r\n",
         "Transfer-Encoding says \"gzip, chunked\"; only chunked may be used, for no other was asked for.",
         RESPONSE_LATE},
        {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
         "The answer is HTTP/1.0, which has no Transfer-Encoding.", RESPONSE_LATE},
        {"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n",
         "An answer 204 has no body, but the head has a Content-Length above 0.", RESPONSE_LATE},
        {"HTTP/1.1 204 No Content\r\n\r\nhi\r\n",
         "After the end of answer 1 (a 204, which has no body) came \"hi\\r\\n\", which begins no answer.",
         RESPONSE_LATE},
        {OK "Content-Length: 3\r\n\r\nhello",
         "After the end of answer 1 (its Content-Length is 3) came \"lo\", which begins no answer.",
         RESPONSE_CLOSED},
        {OK "Content-Length: 0\r\n\r\n\r\n",
         "After the end of answer 1 (its Content-Length is 0) came \"\\r\\n\", which begins no answer.",
         RESPONSE_LATE},
        {OK "Content-Length: 0\r\n\r\n" OK "B\r\n",
         "Line 2 of the head of answer 2, \"B\", has no colon; a header is written \"Name: value\".",
         RESPONSE_LATE},
        {OK "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
         "The size of chunk 1, \"zz\", is not hexadecimal digits alone.", RESPONSE_LATE},
        {OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0x1;e\r\n",
         "The size of chunk 2, \"0x1\", is not hexadecimal digits alone.", RESPONSE_LATE},
        {OK "Transfer-Encoding: chunked\r\n\r\n\r\n",
         "The size of chunk 1, \"\", is not hexadecimal digits alone.", RESPONSE_LATE},
        {OK "Transfer-Encoding: chunked\r\n\r\n1\n",
         "The line with the size of chunk 1 ends with LF alone; HTTP ends each "
         "line with CR LF.",
         RESPONSE_LATE},
        {OK "Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n",
         "After the 3 bytes of chunk 1 comes \"l\" instead of CR LF; is the chunk's size right?",
         RESPONSE_LATE},
        {OK "Transfer-Encoding: chunked\r\n\r\n800001\r\n",
         "The bodies that came are larger than the 8 MiB that the checker reads.", RESPONSE_LATE},
        {OK "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffffffff\r\n",
         "The bodies that came are larger than the 8 MiB that the checker reads.", RESPONSE_LATE},
        {OK "Transfer-Encoding: chunked\r\n\r\n0\r\nA\r\n",
         "Line 1 of the trailer, \"A\", has no colon; a header is written \"Name: value\".", RESPONSE_LATE},
        /* cut off */
        {"HTTP/1.1 2",
         "The connection closed in the middle of line 1 of the head, which ends with an empty line.",
         RESPONSE_CLOSED},
        {OK "A: 1\r\n", "The connection was cut after line 2 of the head, which ends with an empty line.",
         RESPONSE_CUT},
        {OK "A: 1\r\n",
         "The head was not finished within 5 s: nothing came after line 2, and it ends with an empty line.",
         RESPONSE_LATE},
        {OK "Content-Length: 12\r\n\r\n1234567",
         "Content-Length says 12, but the connection closed after 7 bytes of the body.", RESPONSE_CLOSED},
        {OK "Content-Length: 12\r\n\r\n1234567",
         "Content-Length says 12, but only 7 bytes of the body came within 5 s.", RESPONSE_LATE},
        {OK "\r\n1",
         "The answer has neither Content-Length nor chunks, so its body ends when the connection closes; "
         "that was still "
         "open after 5 s.",
         RESPONSE_LATE},
        {OK "\r\n1",
         "The connection was cut while the body came; without Content-Length and without chunks, only "
         "closing it "
         "properly ends a body.",
         RESPONSE_CUT},
        {OK "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
         "The connection closed in chunk 2; a body in chunks ends with a chunk of size 0 and an empty line.",
         RESPONSE_CLOSED},
        {OK "Transfer-Encoding: chunked\r\n\r\n0\r\n",
         "After the last chunk nothing came within 5 s; an empty line ends the body.", RESPONSE_LATE},
        {"HTTP/1.1 100 Continue\r\n\r\n",
         "The connection closed after an interim answer (1xx), without the answer itself.", RESPONSE_CLOSED},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        expect_read("GET / HTTP/1.1\r\n\r\n", rows[i].bytes, strlen(rows[i].bytes), rows[i].end,
                    rows[i].says);
}

Test(response, bytes_that_end_strings_are_bytes) {
    static const char name[] = OK "A\0B: x\r\n", value[] = OK "A: x\0y\r\n";
    expect_read(
        "", name, sizeof name - 1, RESPONSE_LATE,
        "Line 2 of the head, \"A\\x00B: x\", has a character in its name that no header's name may have.");
    expect_read("", value, sizeof value - 1, RESPONSE_LATE,
                "Line 2 of the head has a control character (0x00) in its value.");
}

Test(response, an_answer_to_head_has_no_body) {
    static const char head[] = OK "Content-Length: 5\r\n\r\n";
    static const struct {
        const char *sent;
        int answers; /* that two heads with a Content-Length are, or -1 */
        const char *why;
    } rows[] = {
        {"HEAD / HTTP/1.1\r\n\r\nHEAD / HTTP/1.1\r\n\r\n", 2, "both are known"},
        {"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabcHEAD / HTTP/1.1\r\n\r\n", -1,
         "the first is a POST's"},
        {"HEAD / HTTP/1.1\r\nContent-Length: 5\r\n\r\nHEAD HEAD / HTTP/1.1\r\n\r\n", 2,
         "a body is stepped over"},
        {"HEAD / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\nHEAD / HTTP/1.1\r\n\r\n", -1,
         "nobody knows"},
        {"HEADER / HTTP/1.1\r\n\r\n", -1, "another method"},
        {"", -1, "nothing was sent"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct response_reader *reader = response_reader_new();
        response_reader_sent(reader, rows[i].sent, strlen(rows[i].sent));
        response_reader_feed(reader, head, sizeof head - 1);
        response_reader_feed(reader, head, sizeof head - 1);
        bool whole = response_reader_end(reader, RESPONSE_CLOSED, 5);
        cr_expect_eq(whole ? (int)response_reader_count(reader) : -1, rows[i].answers, "%s: %s", rows[i].why,
                     whole ? "all read" : response_reader_problem(reader));
        response_reader_free(reader);
    }
}

/* Feeds begin, then again until the reader has enough; says why, and that it took no more than `most`
 * bytes. */
static void expect_ceiling(const char *begin, const char *again, size_t most, const char *says) {
    struct response_reader *reader = response_reader_new();
    size_t taken = strlen(begin);
    SCOPE_TEXT struct text block = {0};
    for (int i = 0; i < 1000; i++)
        text_puts(&block, again);
    bool ok = response_reader_feed(reader, begin, strlen(begin));
    while (ok && taken <= most) {
        ok = response_reader_feed(reader, block.bytes, block.length);
        taken += block.length;
    }
    cr_expect_not(ok, "%s: %zu bytes were taken", says, taken);
    cr_expect_str_eq(ok ? "nothing" : response_reader_problem(reader), says);
    response_reader_free(reader);
}

Test(response, every_ceiling_is_explained) {
    expect_ceiling(OK, "A:b\r\n", 64 << 10, "The head has more than 100 fields.");
    expect_ceiling(OK "A: ", "xxxxxxxxxx", 128 << 10, "The head is larger than 64 KiB.");
    expect_ceiling("HTTP/1.1 200 ", "xxxxxxxxxx", 128 << 10, "The head is larger than 64 KiB.");
    expect_ceiling(OK "\r\n", "0123456789abcdef", 9 << 20,
                   "The bodies that came are larger than the 8 MiB that the checker reads.");
    expect_ceiling(OK "Transfer-Encoding: chunked\r\n\r\n", "10\r\n0123456789abcdef\r\n", 12 << 20,
                   "The bodies that came are larger than the 8 MiB that the checker reads.");
    expect_ceiling(OK "Transfer-Encoding: chunked\r\n\r\n", "1;0123456789abcdef\r\nx\r\n", 64 << 10,
                   "The extensions of the chunks are larger than 16 KiB together.");
    expect_ceiling(OK "Transfer-Encoding: chunked\r\n\r\n1;", "0123456789abcdef", 32 << 10,
                   "The line with the size of chunk 1 is longer than 1 KiB.");
    expect_ceiling(OK "Transfer-Encoding: chunked\r\n\r\n", "0000000000", 32 << 10,
                   "The line with the size of chunk 1 is longer than 1 KiB.");
    expect_ceiling("", "HTTP/1.1 204 \r\n\r\n", 64 << 10, "More than 1000 answers came on one connection.");
    expect_ceiling("", "HTTP/1.1 100 \r\n\r\n", 64 << 10,
                   "More than 100 interim answers (1xx) came before one that answers.");
    expect_ceiling(OK "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 17 << 20,
                   "More than the 16 MiB that the checker reads came on one connection.");
}

Test(response, bodies_of_all_answers_count_together) {
    struct response_reader *reader = response_reader_new();
    SCOPE_FREE char *bytes = xcalloc(5 << 20, 1);
    memset(bytes, 'x', 5 << 20);
    static const char head[] = OK "Content-Length: 5242880\r\n\r\n";
    cr_assert(response_reader_feed(reader, head, sizeof head - 1));
    cr_assert(response_reader_feed(reader, bytes, 5 << 20));
    cr_assert_not(response_reader_feed(reader, head, sizeof head - 1));
    cr_expect_str_eq(response_reader_problem(reader),
                     "Content-Length of answer 2 promises more than the 8 MiB that the checker reads.");
    response_reader_free(reader);
}

Test(response, fields_are_kept_as_both_kinds_show_them) {
    SCOPE_JSON cJSON *headers = cJSON_CreateObject(), *cookies = cJSON_CreateArray();
    response_keep_field(headers, cookies, "X-\xff ", 4, " a\0b \r\n", 7);
    response_keep_field(headers, NULL, "Set-Cookie", 10, "k", 1);
    SCOPE_FREE char *printed = json_print(headers);
    cr_expect_str_eq(printed, "{\"x-\xef\xbf\xbd\":\"a\\u0000b\",\"set-cookie\":\"k\"}");
    cr_expect_eq(cJSON_GetArraySize(cookies), 0);
}
