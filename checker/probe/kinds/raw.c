/* raw: bytes as the check chooses them, in the pieces it chooses, and whatever comes back.
 *
 * What no HTTP library would send: a head cut between two TCP segments, a body slower than patience, two
 * requests in one segment, a client that is gone before its answer. Every piece is one send() on a socket
 * with TCP_NODELAY, so it leaves as a segment of its own; only a pause between two makes sure that the server
 * reads them apart.
 *
 * A connection is a state machine that never blocks (step): act runs it to its end and keeps the servers
 * going meanwhile; in the background the scene steps it. Answers are read by our own strict reader
 * (response.h). */
#include "checker/base/memory.h"
#include "checker/probe/kind.h"
#include "checker/probe/response.h"
#include "checker/probe/servers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

enum {
    READ_SIZE = 64 << 10,
    IN_CEILING = 16 << 20, /* the same as the reader's */
    WIRE_CEILING = 64 << 10,
    LINE_CEILING = 2000, /* bytes of the request in the line to paste */
    PIECE_CEILING = 10000,
};
static const double longest_plan = 60; /* seconds that sending may be meant to take */
static const double crash_wait = 0.1;  /* for the end of a server whose connection broke off */

struct piece {
    size_t at, length;
    double pause; /* before it */
};

struct raw {
    int socket;
    bool connected, refused, done;
    struct text out; /* all that is to be sent */
    struct piece *pieces;
    size_t count, next, sent;
    double next_at, pause; /* when the next piece may leave */
    bool half_close, hang_up, abort, patient;
    size_t wanted; /* whole answers; 0: until the end */
    double begin, end, deadline, seconds;
    struct response_reader *reader;
    struct text in;
    bool closed, reset, late;
};

/* --- what is to be sent
 * -------------------------------------------------------------------------------------- */

/* A text's bytes: U+0000 stands as C0 80 in our strings; with bytes, a code point is a byte. */
static bool add_bytes(struct text *out, const char *text, bool bytes, struct error *error) {
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        uint32_t point = 0;
        bool nul = length - at >= 2 && memcmp(text + at, "\xc0\x80", 2) == 0;
        size_t n = nul ? 2 : utf8_decode(text + at, length - at, &point);
        if (bytes && point > 0xff)
            return fail(error, FAULT_INPUT,
                        "a step \"raw\" holds U+%04X; with \"encoding\": \"bytes\" a character is one "
                        "byte, up to U+00FF",
                        point);
        if (nul || bytes)
            text_putc(out, (char)point);
        else
            text_add(out, text + at, n ? n : 1);
        at += n ? n : 1;
    }
    return true;
}

static bool add_piece(struct raw *raw, size_t at, size_t length, double pause, struct error *error) {
    if (raw->count == PIECE_CEILING)
        return fail(error, FAULT_INPUT, "a step \"raw\" has more than %d pieces", PIECE_CEILING);
    raw->pieces = xrealloc(raw->pieces, (raw->count + 1) * sizeof *raw->pieces);
    raw->pieces[raw->count++] = (struct piece){at, length, at ? pause : 0};
    return true;
}

/* A count from 1; a template may have given anything. */
static size_t count_of(const cJSON *object, const char *option, size_t otherwise) {
    double number = json_number(object, option, (double)otherwise);
    return number >= 1 && number <= 1 << 20 ? (size_t)number : otherwise;
}

static bool plan_pieces(struct raw *raw, const cJSON *step, struct error *error) {
    SCOPE_STRINGS char **texts = strings_from_json(json_get(step, "raw"));
    const char *encoding = json_text(step, "encoding");
    bool bytes = encoding && strcmp(encoding, "bytes") == 0;
    const cJSON *slow = json_get(step, "slow");
    double pause = json_number(step, "pause", 0), every = json_number(slow, "every", 0);
    size_t some = slow ? count_of(slow, "bytes", 1) : 0;
    for (char **text = texts; *text; text++) {
        size_t at = raw->out.length;
        if (!add_bytes(&raw->out, *text, bytes, error))
            return false;
        size_t length = raw->out.length - at, each = some ? some : length;
        for (size_t done = 0; done < length; done += each)
            if (!add_piece(raw, at + done, length - done < each ? length - done : each, slow ? every : pause,
                           error))
                return false;
    }
    double planned = 0;
    for (size_t i = 0; i < raw->count; i++)
        planned += raw->pieces[i].pause;
    if (planned > longest_plan)
        return fail(error, FAULT_INPUT, "a step \"raw\" would take %.0f s to send; at most %g s are for that",
                    planned, longest_plan);
    raw->pause = planned;
    return true;
}

/* As printf's format, within single quotation marks. */
static void add_printf_word(struct text *line, const char *bytes, size_t length) {
    text_puts(line, length && *bytes == '-' ? "printf -- '" : "printf '");
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        uint32_t point;
        size_t n = utf8_decode(bytes + i, length - i, &point);
        if (c == '\r' || c == '\n' || c == '\t')
            text_puts(line, c == '\r' ? "\\r" : c == '\n' ? "\\n" : "\\t");
        else if (c == '\'')
            text_puts(line, "'\\''");
        else if (c == '%' || c == '\\')
            text_printf(line, "%c%c", c, c);
        else if (n == 0 || utf8_invisible(point))
            text_printf(line, "\\%03o", c);
        else {
            text_add(line, bytes + i, n);
            i += n - 1;
        }
    }
    text_putc(line, '\'');
}

/* The line a person can paste. Pieces are kept apart where a shell can do it as well. */
static void describe(struct text *line, const struct raw *raw, const cJSON *step, int port) {
    const cJSON *slow = json_get(step, "slow");
    bool apart = !slow && raw->count > 1 && raw->count <= 20;
    size_t shown = raw->out.length < LINE_CEILING ? raw->out.length : LINE_CEILING;
    if (apart)
        text_puts(line, "{ ");
    for (size_t i = 0; apart && i < raw->count && raw->pieces[i].at < shown; i++) {
        const struct piece *piece = &raw->pieces[i];
        if (piece->pause > 0)
            text_printf(line, "sleep %g; ", piece->pause);
        add_printf_word(line, raw->out.bytes + piece->at,
                        piece->length < shown - piece->at ? piece->length : shown - piece->at);
        text_puts(line, "; ");
    }
    if (apart)
        text_putc(line, '}');
    else
        add_printf_word(line, raw->out.bytes ? raw->out.bytes : "", shown);
    const char *from = json_text(step, "from");
    text_printf(line, " | nc -q %d%s%s 127.0.0.1 %d", raw->hang_up ? 0 : 1, from ? " -s " : "",
                from ? from : "", port);
    const char *comma = "  # ";
    if (shown < raw->out.length) {
        text_printf(line, "%sand %zu bytes more", comma, raw->out.length - shown);
        comma = ", ";
    }
    if (raw->count > 1) {
        if (slow)
            text_printf(line, "%s%g bytes every %g s", comma, json_number(slow, "bytes", 1),
                        json_number(slow, "every", 0));
        else
            text_printf(line, "%sin %zu pieces", comma, raw->count);
        comma = ", ";
    }
    if (raw->hang_up)
        text_printf(line, "%sthen hanging up%s", comma, raw->abort ? " with a reset" : "");
}

static bool prepare(struct action *action, struct raw *ret_raw, struct error *error) {
    const cJSON *step = action->step;
    double now = clock_now();
    *ret_raw = (struct raw){
        .socket = -1,
        .in = {.ceiling = IN_CEILING},
        .half_close = json_true(step, "half_close"),
        .hang_up = json_true(step, "hang_up"),
        .abort = json_true(step, "abort"),
        .patient = json_get(action->expect, "problem") != NULL,
        .wanted = count_of(step, "responses", 0),
        .seconds = json_number(step, "seconds", 5),
        .begin = now,
        .next_at = now,
        .reader = response_reader_new(),
    };
    if (!plan_pieces(ret_raw, step, error))
        return false;
    ret_raw->deadline = now + ret_raw->pause + ret_raw->seconds;
    response_reader_sent(ret_raw->reader, ret_raw->out.bytes ? ret_raw->out.bytes : "", ret_raw->out.length);
    describe(&action->sent, ret_raw, step, (int)json_number(step, "port", room_port(action->scene->room)));
    return true;
}

static void raw_free(struct raw *raw) {
    if (raw->socket >= 0)
        close(raw->socket);
    response_reader_free(raw->reader);
    text_free(&raw->out);
    text_free(&raw->in);
    free(raw->pieces);
}

/* --- the connection
 * ------------------------------------------------------------------------------------------ */

static bool open_socket(struct raw *raw, struct scene *scene, const cJSON *step, struct error *error) {
    int port = (int)json_number(step, "port", room_port(scene->room)), on = 1;
    const char *from = json_text(step, "from");
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)},
                       own = {.sin_family = AF_INET};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    raw->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (raw->socket < 0)
        return fail_errno(error, FAULT_OURS, "no socket for a step \"raw\"");
    setsockopt(raw->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (from) {
        if (inet_pton(AF_INET, from, &own.sin_addr) != 1)
            return fail(error, FAULT_INPUT, "\"from\" is \"%s\", which is no address such as 127.0.0.2",
                        from);
        setsockopt(raw->socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        if (bind(raw->socket, (struct sockaddr *)&own, sizeof own) != 0)
            return fail_errno(error, FAULT_INPUT, "no connection can come from %s", from);
    }
    if (connect(raw->socket, (struct sockaddr *)&to, sizeof to) == 0)
        raw->connected = true;
    else if (errno != EINPROGRESS)
        raw->done = raw->refused = true;
    return true;
}

static void finish_connecting(struct raw *raw) {
    struct pollfd poller = {.fd = raw->socket, .events = POLLOUT};
    int failure = 0;
    socklen_t size = sizeof failure;
    if (poll(&poller, 1, 0) <= 0)
        return;
    getsockopt(raw->socket, SOL_SOCKET, SO_ERROR, &failure, &size);
    raw->connected = failure == 0;
    raw->done = raw->refused = failure != 0;
}

static void receive(struct raw *raw) {
    char bytes[READ_SIZE];
    while (!raw->closed) {
        ssize_t length = recv(raw->socket, bytes, sizeof bytes, 0);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0 && errno == EAGAIN)
            return;
        if (length <= 0) {
            raw->closed = true;
            raw->reset |= length < 0;
            return;
        }
        text_add(&raw->in, bytes, (size_t)length);
        response_reader_feed(raw->reader, bytes, (size_t)length);
        if (raw->in.overflowed)
            return;
    }
}

/* The last byte has left. */
static void sent_all(struct raw *raw) {
    if (raw->half_close)
        shutdown(raw->socket, SHUT_WR);
    if (!raw->hang_up)
        return;
    struct linger at_once = {.l_onoff = 1};
    if (raw->abort)
        setsockopt(raw->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(raw->socket);
    raw->socket = -1;
    raw->done = true;
}

static void transmit(struct raw *raw) {
    while (raw->next < raw->count && clock_now() >= raw->next_at) {
        const struct piece *piece = &raw->pieces[raw->next];
        size_t end = piece->at + piece->length;
        while (raw->sent < end) {
            ssize_t length = send(raw->socket, raw->out.bytes + raw->sent, end - raw->sent, MSG_NOSIGNAL);
            if (length < 0 && errno == EINTR)
                continue;
            if (length < 0 && errno == EAGAIN)
                return;
            if (length < 0) {
                /* The server will hear no more of this; what it had said before can still be read. */
                raw->reset = true;
                raw->next = raw->count + 1;
                return;
            }
            raw->sent += (size_t)length;
        }
        if (++raw->next < raw->count)
            raw->next_at = clock_now() + raw->pieces[raw->next].pause;
    }
    if (raw->next == raw->count) {
        raw->next++;
        sent_all(raw);
    }
}

/* Does what can be done now. */
static void step(struct raw *raw) {
    if (!raw->done && !raw->connected)
        finish_connecting(raw);
    if (raw->connected && !raw->done) {
        receive(raw);
        if (!raw->closed)
            transmit(raw);
        bool sent = raw->next > raw->count, wrong = response_reader_problem(raw->reader) && !raw->patient;
        bool enough = raw->wanted && sent && response_reader_count(raw->reader) >= raw->wanted;
        raw->done |= raw->closed || enough || wrong || raw->in.overflowed;
    }
    if (!raw->done && clock_now() >= raw->deadline)
        raw->done = raw->late = true;
    if (raw->done && raw->end == 0)
        raw->end = clock_now();
}

/* Waits for the socket or for the time of the next piece, but not long, for the servers' sake. */
static void wait_for_more(const struct raw *raw) {
    bool sending = raw->next < raw->count, due = sending && raw->next_at <= clock_now();
    struct pollfd poller = {.fd = raw->socket, .events = POLLIN};
    if (!raw->connected || due)
        poller.events |= POLLOUT;
    double until = raw->deadline, now = clock_now();
    if (sending && !due && raw->next_at < until)
        until = raw->next_at;
    double left = until - now < 0.02 ? until - now : 0.02;
    if (left < 0)
        left = 0;
    struct timespec time = {.tv_nsec = (long)(left * 1e9)};
    ppoll(&poller, 1, &time, NULL);
}

static bool run(struct raw *raw, struct scene *scene, struct error *error) {
    for (step(raw); !raw->done; step(raw)) {
        wait_for_more(raw);
        if (!scene_pump(scene, clock_now(), error))
            return false;
    }
    return true;
}

/* --- what came of it
 * ----------------------------------------------------------------------------------------- */

/* What was wrong, as a sentence; NULL if nothing was. The caller frees it. */
static char *problem_of(struct raw *raw) {
    if (raw->refused)
        return xstrdup("The server did not take the connection: nothing listens there any more.");
    if (!raw->connected)
        return xprintf("The server did not take the connection within %g s.", raw->seconds);
    if (raw->in.overflowed)
        return xstrdup("More than the 16 MiB that the checker reads came on one connection.");
    if (raw->hang_up)
        return raw->late ? xprintf("The server had not taken all of the request within %g s.", raw->seconds)
                         : NULL;
    bool upset = raw->reset || (raw->closed && raw->next <= raw->count);
    enum response_end end = raw->closed ? (raw->reset ? RESPONSE_CUT : RESPONSE_CLOSED) : RESPONSE_LATE;
    /* Where the answers asked for are whole, one that has begun behind them was not waited for. */
    bool enough = raw->wanted && response_reader_count(raw->reader) >= raw->wanted;
    if (!enough || raw->closed)
        response_reader_end(raw->reader, end, raw->seconds);
    const char *problem = response_reader_problem(raw->reader);
    size_t count = response_reader_count(raw->reader);
    if (problem)
        return xstrdup(problem);
    if (count >= raw->wanted)
        return NULL;
    const char *how = upset ? "cut the connection" : "closed the connection";
    if (count == 0)
        return raw->closed
                   ? xprintf("The server %s without an answer.", how)
                   : xprintf("The server took the request, but sent no answer within %g s.", raw->seconds);
    return raw->closed
               ? xprintf("The server sent %zu of %zu answers, then %s.", count, raw->wanted, how)
               : xprintf("The server sent %zu of %zu answers within %g s.", count, raw->wanted, raw->seconds);
}

static void keep_wire(struct action *action, const struct raw *raw) {
    size_t out = raw->sent < WIRE_CEILING ? raw->sent : WIRE_CEILING;
    size_t in = raw->in.length < WIRE_CEILING ? raw->in.length : WIRE_CEILING;
    action->wire = cJSON_CreateObject();
    json_set(action->wire, "out", json_string(raw->out.bytes ? raw->out.bytes : "", out));
    json_set(action->wire, "in", json_string(raw->in.bytes ? raw->in.bytes : "", in));
    json_set(action->wire, "ms", cJSON_CreateNumber((double)(long)((raw->end - raw->begin) * 1e3)));
}

/* A server whose connection broke off may be about to be seen dead: that takes the kernel a moment. */
static bool tell_server(struct action *action, bool broke_off, struct error *error) {
    struct server *server = server_meant(action->scene, NULL);
    if (!server)
        return true;
    double deadline = clock_now() + (broke_off ? crash_wait : 0);
    do {
        if (!scene_pump(action->scene, deadline, error))
            return false;
    } while (!process_has_ended(server->process) && clock_now() < deadline);
    const struct outcome *outcome = process_outcome(server->process);
    action->process = server->name;
    if (process_has_ended(server->process))
        action->ended = outcome_sentence(outcome, &server->limits);
    action->stderr_text = xstrndup(outcome->err.bytes ? outcome->err.bytes : "", outcome->err.length);
    return true;
}

static bool conclude(struct action *action, struct raw *raw, struct error *error) {
    bool broke_off = raw->closed && !response_reader_problem(raw->reader);
    SCOPE_FREE char *problem = problem_of(raw);
    cJSON *result = action->result = cJSON_CreateObject();
    json_set(result, "responses", response_reader_take(raw->reader));
    json_set(result, "bytes", json_string(raw->in.bytes ? raw->in.bytes : "", raw->in.length));
    json_set_bool(result, "closed", raw->closed);
    json_set_bool(result, "reset", raw->reset);
    json_set(result, "ms", cJSON_CreateNumber(round((raw->end - raw->begin) * 1e4) / 10));
    keep_wire(action, raw);
    broke_off &= problem != NULL;
    if (problem) {
        json_set_text(result, "problem", problem);
        if (!json_get(action->expect, "problem")) {
            action->reason = problem;
            problem = NULL;
        }
    }
    /* Nothing is wrong with no answer at all where none was asked for; a pattern may miss one, though. */
    if (!problem && !action->reason && !json_get(result, "responses")->child && !raw->hang_up) {
        action->note_at = "/responses";
        action->note = raw->closed ? xstrdup("The server closed the connection without an answer.")
                                   : xprintf("The server sent no answer within %g s.", raw->seconds);
    }
    return tell_server(action, broke_off, error);
}

static bool act(struct action *action, struct error *error) {
    struct raw raw;
    bool ok = prepare(action, &raw, error) && open_socket(&raw, action->scene, action->step, error) &&
              run(&raw, action->scene, error) && conclude(action, &raw, error);
    raw_free(&raw);
    return ok;
}

/* --- in the background
 * ----------------------------------------------------------------------------------------- */

static bool begin(struct action *action, struct error *error) {
    struct raw *raw = action->flight = xcalloc(1, sizeof *raw);
    if (!prepare(action, raw, error) || !open_socket(raw, action->scene, action->step, error))
        return false;
    raw->patient = true; /* what the pattern speaks of, only the join knows */
    step(raw);
    return true;
}

static void pump(struct action *action) {
    step(action->flight);
}

static void abandon(struct action *action) {
    raw_free(action->flight);
    free(action->flight);
    action->flight = NULL;
}

static bool finish(struct action *action, struct error *error) {
    struct raw *raw = action->flight;
    raw->patient = json_get(action->expect, "problem") != NULL;
    bool ok = run(raw, action->scene, error) && conclude(action, raw, error);
    if (ok)
        abandon(action);
    return ok;
}

/* --- the check file
 * -------------------------------------------------------------------------------------------- */

/* A number that stands in the file (not a template) lies within its bounds. */
static bool within(const cJSON *object, const char *option, double least, double most, const char *what,
                   struct error *error) {
    const cJSON *number = json_get(object, option);
    if (!cJSON_IsNumber(number) || (number->valuedouble >= least && number->valuedouble <= most))
        return true;
    return fail(error, FAULT_INPUT, "/%s \"%s\" is %s", option, option, what);
}

static bool check(const cJSON *step, struct error *error) {
    const cJSON *raw = json_get(step, "raw"), *slow = json_get(step, "slow");
    const char *encoding = json_text(step, "encoding");
    if (!cJSON_IsArray(raw) && !cJSON_IsString(raw))
        return fail(error, FAULT_INPUT, "/raw \"raw\" is a list of texts, the pieces");
    if (json_get(step, "encoding") && (!encoding || strcmp(encoding, "bytes") != 0))
        return fail(error, FAULT_INPUT, "/encoding \"encoding\" is \"bytes\" or left out");
    if (slow && (!cJSON_IsObject(slow) || !json_get(slow, "every")))
        return fail(error, FAULT_INPUT, "/slow \"slow\" is written {\"bytes\": 1, \"every\": 0.01}");
    if (slow && json_get(step, "pause"))
        return fail(error, FAULT_INPUT, "/pause \"slow\" has a pause of its own: \"every\"");
    if (json_true(step, "abort") && !json_true(step, "hang_up"))
        return fail(error, FAULT_INPUT, "/abort \"abort\" belongs to \"hang_up\"");
    if (json_true(step, "hang_up") && (json_get(step, "responses") || json_true(step, "half_close")))
        return fail(error, FAULT_INPUT,
                    "/hang_up who hangs up waits for nothing: neither \"responses\" nor "
                    "\"half_close\" go with it");
    return within(step, "pause", 0, 10, "seconds up to 10", error) &&
           within(step, "seconds", 0.001, 60, "a number above 0 and up to 60", error) &&
           within(step, "responses", 1, 1000, "a number from 1 to 1000", error) &&
           within(slow, "bytes", 1, 1 << 20, "a number from 1", error) &&
           within(slow, "every", 0.0001, 10, "seconds above 0 and up to 10", error);
}

const struct kind kind_raw = {
    .name = "raw",
    .takes = "list of texts: the pieces in which bytes are sent",
    .about =
        "Bytes over a connection of its own, each piece a TCP segment of its own, and the answers to them, "
        "read "
        "strictly as RFC 9112 says. Without \"responses\" it listens until the server closes or the time is "
        "up. "
        "An answer that is not HTTP or not whole, or fewer answers than asked for, fails the step unless the "
        "pattern speaks of `problem`. With \"responses\" `closed` says only what was seen by then.",
    .gives = "responses (list; each as of http, and framing (length, chunked, close, none), interim (the 1xx "
             "before "
             "it), trailers), bytes (the text of all that came), closed (by the server), reset, ms, problem",
    .example =
        "{\"raw\": [\"GET / HTTP/1.1\\r\\nHo\", \"st: x\\r\\n\\r\\n\"], \"pause\": 0.03, \"responses\": 1, "
        "\"expect\": {\"responses\": [{\"status\": 200}]}}",
    .options =
        (const struct kind_option[]){
            {"pause", "seconds", "between two pieces, 0 by default", false},
            {"slow", "object",
             "{\"bytes\": 1, \"every\": 0.01}: so many bytes at a time, instead of whole pieces", false},
            {"responses", "number", "waits until that many whole answers came", false},
            {"half_close", "true", "shuts the connection's sending side after the last piece", false},
            {"hang_up", "true", "closes the connection right after the last piece", false},
            {"abort", "true", "hangs up with a reset (RST)", false},
            {"from", "address", "the client's address, such as 127.0.0.2", false},
            {"port", "number", "instead of the room's", false},
            {"seconds", "number", "how long it may take beyond the pauses, 5 by default", false},
            {"encoding", "bytes", "a character is one byte, up to U+00FF; else texts are UTF-8", false},
            {NULL, NULL, NULL, false},
        },
    .check = check,
    .act = act,
    .begin = begin,
    .finish = finish,
    .abandon = abandon,
    .pump = pump,
};
