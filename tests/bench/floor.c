/* The floor under a check of an HTTP exercise: the same work, done by hand with nothing around it.
 *
 *   floor FOLDER STARTS REQUESTS [COMMAND WORD…]
 *
 * Runs the command (the one that the Makefile runs to compile) in the folder, then STARTS times: starts ./web there
 * with a free PORT, sends its share of the REQUESTS, each over a connection of its own, and ends it by SIGTERM. What is
 * measured is the time of this program; how much longer a check takes is what rooms, probes, patterns and reports
 * cost. */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static _Noreturn void die(const char *what) {
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    exit(1);
}

static pid_t start(char **words) {
    pid_t child;
    errno = posix_spawnp(&child, words[0], NULL, NULL, words, environ);
    if (errno != 0)
        die(words[0]);
    return child;
}

static void compile(char **words) {
    int status;
    if (waitpid(start(words), &status, 0) < 0 || status != 0)
        die("the compiler");
}

static struct sockaddr_in local(in_port_t port) {
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = port};
}

static in_port_t free_port(void) {
    struct sockaddr_in address = local(0);
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        die("a free port");
    close(listener);
    return address.sin_port;
}

/* Connected; while nobody listens, it tries again after a moment. */
static int connected(in_port_t port) {
    struct sockaddr_in address = local(port);
    for (;;) {
        int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(client, (struct sockaddr *)&address, sizeof address) == 0)
            return client;
        if (errno != ECONNREFUSED)
            die("connecting");
        close(client);
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    }
}

static void ask(in_port_t port, const char *request) {
    char answer[65536];
    int client = connected(port);
    ssize_t got = write(client, request, strlen(request));
    while (got > 0)
        got = read(client, answer, sizeof answer);
    if (got < 0)
        die("a request");
    close(client);
}

static void serve(int requests) {
    static const char get[] = "GET /users HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    static const char post[] = "POST /users HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                               "Content-Length: 41\r\nConnection: close\r\n\r\n"
                               "{\"name\": \"Ada\", \"email\": \"a@example.org\"}";
    in_port_t port = free_port();
    char number[8];
    snprintf(number, sizeof number, "%d", ntohs(port));
    setenv("PORT", number, 1);
    pid_t server = start((char *[]){(char *)"./web", NULL});
    for (int i = 0; i < requests; i++)
        ask(port, i % 2 ? post : get);
    if (requests == 0)
        close(connected(port));
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
}

int main(int argc, char **argv) {
    if (argc < 4 || chdir(argv[1]) != 0) {
        fputs("floor FOLDER STARTS REQUESTS [COMMAND WORD…]\n", stderr);
        return 2;
    }
    int starts = atoi(argv[2]), requests = atoi(argv[3]);
    if (argc > 4)
        compile(argv + 4);
    for (int i = 0; i < starts; i++)
        serve(requests * (i + 1) / starts - requests * i / starts);
    return 0;
}
