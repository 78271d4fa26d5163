/* A server that answers as no server should, by which the probe kinds http and raw are tested.
 *
 *   POST /say         the request's body, byte for byte, is the answer; then it closes (/stay: it does not)
 *   GET /pieces       a right answer: the sizes of what recv() gave of the request, as JSON
 *   GET /endless      a body that never ends        GET /fields    100,000 header fields
 *   GET /drip         a byte every second           GET /deep      JSON, 100,000 deep
 *   GET /cut          half an answer, then a reset  GET /silent    nothing, until the client goes
 *   GET /quit         closes without a word         GET /crash     SIGSEGV
 *
 * A thread a connection. How each ended is printed, a line of JSON: {"end": "closed"}, "reset" or "ours". */
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection {
    int socket;
    char bytes[1 << 20];
    size_t length;
    size_t pieces[64], count;
};

static void say(struct connection *c, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t sent = send(c->socket, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        length -= (size_t)sent;
    }
}

static void say_text(struct connection *c, const char *text) {
    say(c, text, strlen(text));
}

/* Reads until a whole request is there; its length, or 0 at the end. */
static size_t read_request(struct connection *c, const char **how) {
    for (;;) {
        char *end = memmem(c->bytes, c->length, "\r\n\r\n", 4);
        if (end) {
            size_t body = 0, head = (size_t)(end + 4 - c->bytes);
            char *field = strcasestr(c->bytes, "\r\ncontent-length:");
            if (field && field < end)
                body = strtoul(field + 17, NULL, 10);
            if (head + body <= c->length)
                return head + body;
        }
        ssize_t got = recv(c->socket, c->bytes + c->length, sizeof c->bytes - 1 - c->length, 0);
        if (got <= 0) {
            *how = got < 0 ? "reset" : "closed";
            return 0;
        }
        if (c->count < 64)
            c->pieces[c->count++] = (size_t)got;
        c->length += (size_t)got;
        c->bytes[c->length] = '\0';
    }
}

static void pieces(struct connection *c, bool head) {
    char body[1024] = "[", answer[1200];
    for (size_t i = 0; i < c->count; i++)
        snprintf(body + strlen(body), sizeof body - strlen(body), "%s%zu", i ? "," : "", c->pieces[i]);
    strcat(body, "]");
    snprintf(answer, sizeof answer,
             "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
             strlen(body), head ? "" : body);
    say_text(c, answer);
    c->count = 0;
}

static void endless(struct connection *c, const char *begin, const char *again, long times, unsigned pause) {
    say_text(c, begin);
    char byte;
    for (long i = 0; times == 0 || i < times; i++) {
        if (send(c->socket, again, strlen(again), MSG_NOSIGNAL) < 0)
            return;
        if (pause)
            sleep(pause);
        if (recv(c->socket, &byte, 1, MSG_DONTWAIT) == 0)
            return;
    }
}

/* True if the connection stays. */
static bool answer(struct connection *c, size_t length, const char **how) {
    char method[16] = "", path[64] = "";
    sscanf(c->bytes, "%15s %63s", method, path);
    char *body = (char *)memmem(c->bytes, length, "\r\n\r\n", 4) + 4;
    size_t body_length = length - (size_t)(body - c->bytes);
    if (strcmp(path, "/say") == 0 || strcmp(path, "/stay") == 0) {
        say(c, body, body_length);
        return path[2] == 't';
    }
    if (strcmp(path, "/pieces") == 0) {
        pieces(c, strcmp(method, "HEAD") == 0);
        return true;
    }
    if (strcmp(path, "/endless") == 0)
        endless(c, "HTTP/1.1 200 OK\r\n\r\n",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 0, 0);
    else if (strcmp(path, "/fields") == 0)
        endless(c, "HTTP/1.1 200 OK\r\n", "X-Again: and again\r\n", 100000, 0);
    else if (strcmp(path, "/drip") == 0)
        endless(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", "x", 100, 1);
    else if (strcmp(path, "/deep") == 0)
        endless(c, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "[", 100000, 0);
    else if (strcmp(path, "/silent") == 0) {
        char byte;
        *how = recv(c->socket, &byte, 1, 0) == 0 ? "closed" : "reset";
    } else if (strcmp(path, "/cut") == 0) {
        struct linger at_once = {.l_onoff = 1};
        say_text(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        usleep(20000);
        setsockopt(c->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    } else if (strcmp(path, "/crash") == 0)
        raise(SIGSEGV);
    return false;
}

static void *serve(void *argument) {
    struct connection *c = argument;
    const char *how = "ours";
    size_t length;
    while ((length = read_request(c, &how)) > 0 && answer(c, length, &how)) {
        memmove(c->bytes, c->bytes + length, c->length - length + 1);
        c->length -= length;
    }
    printf("{\"end\": \"%s\", \"rest\": %zu}\n", how, c->length);
    fflush(stdout);
    close(c->socket);
    free(c);
    return NULL;
}

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    address.sin_port = htons((unsigned short)atoi(getenv("PORT")));
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 64) != 0) {
        perror("hostile-server");
        return 1;
    }
    for (;;) {
        struct connection *c = calloc(1, sizeof *c);
        pthread_t thread;
        c->socket = accept(listener, NULL, NULL);
        if (c->socket >= 0 && pthread_create(&thread, NULL, serve, c) == 0)
            pthread_detach(thread);
    }
}
