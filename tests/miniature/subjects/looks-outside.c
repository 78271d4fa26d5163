/* verdict: all passed
 * Nothing outside is reachable: no network, no home, no other process, no secret of the caller's environment. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
    inet_pton(AF_INET, "192.0.2.1", &address.sin_addr);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&address, sizeof address) == 0 || errno != ENETUNREACH)
        return 10;
    if (getenv("SECRET") || access("/root/.bashrc", F_OK) == 0 || access("/home", F_OK) == 0)
        return 11;
    if (open("/usr/planted", O_CREAT | O_WRONLY, 0600) >= 0 || open("/planted", O_CREAT | O_WRONLY, 0600) >= 0)
        return 12;
    char environment[65536] = "";
    int f = open("/proc/1/environ", O_RDONLY);
    if (f >= 0) {
        ssize_t n = read(f, environment, sizeof environment - 1);
        for (ssize_t i = 0; i < n; i++)
            if (memcmp(environment + i, "SECRET", 6) == 0)
                return 13;
    }
    for (int i = 3; i < 64; i++)
        if (i != s && i != f && fcntl(i, F_GETFD) != -1)
            return 14;
    if (argc == 1)
        puts("hello");
    for (int i = 1; i < argc; i++)
        puts(argv[i]);
    return 0;
}
