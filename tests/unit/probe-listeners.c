/* One line of /proc/self/net/tcp: who listens, and whether a client of 127.0.0.1 gets there. */
#include "checker/base/memory.h"
#include "checker/probe/listeners.h"

#include <criterion/criterion.h>
#include <string.h>

#define REST ":00000000 00:00000000 00000000  1000        0 "

Test(listeners, a_listening_socket_is_understood) {
    static const struct {
        const char *line;
        bool six;
        int port;
        const char *address;
        bool reachable;
        uint64_t inode;
        const char *why;
    } rows[] = {
        {"   0: 0100007F:1F90 00000000:0000 0A 00000000" REST "12345 1 0000000000000000 100 0 0 10 0\n",
         false, 8080, "127.0.0.1", true, 12345, "as the kernel writes it"},
        {"  12: 00000000:0050 00000000:0000 0A 00000000" REST "1", false, 80, "0.0.0.0", true, 1,
         "every address"},
        {"   0: 0200007F:1F90 00000000:0000 0A 00000000" REST "1", false, 8080, "127.0.0.2", false, 1,
         "another address of loopback"},
        {"   0: 0101A8C0:1F90 00000000:0000 0A 00000000" REST "1", false, 8080, "192.168.1.1", false, 1,
         "another interface"},
        {"   0: 0100007f:ffff 00000000:0000 0a 00000005" REST "18446744073709551615", false, 65535,
         "127.0.0.1", true, UINT64_MAX, "the largest of each; small letters; connections wait"},
        {"   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000" REST
         "7",
         true, 8080, "::", true, 7, "every address; takes IPv4 as well"},
        {"   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000" REST
         "7",
         true, 8080, "::1", false, 7, "a client of 127.0.0.1 does not get to ::1"},
        {"   0: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A 00000000" REST
         "7",
         true, 8080, "::ffff:127.0.0.1", true, 7, "IPv4 through an IPv6 socket"},
        {"   0: B80D0120000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000" REST
         "7",
         true, 8080, "2001:db8::1", false, 7, "an address of elsewhere"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct listener listener;
        memset(&listener, 0x55, sizeof listener);
        cr_assert(listener_parse(rows[i].line, rows[i].six, &listener), "%s", rows[i].why);
        cr_expect_eq(listener.port, rows[i].port, "%s: %d", rows[i].why, listener.port);
        cr_expect_str_eq(listener.address, rows[i].address, "%s: %s", rows[i].why, listener.address);
        cr_expect_eq(listener.reachable, rows[i].reachable, "%s", rows[i].why);
        cr_expect_eq(listener.inode, rows[i].inode, "%s", rows[i].why);
        cr_expect_eq(listener.owner, 0, "%s", rows[i].why);
    }
}

Test(listeners, what_is_none_leaves_the_result_alone) {
    static const struct {
        const char *line;
        bool six;
        const char *why;
    } rows[] = {
        {"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
         false, "the heading"},
        {"   0: 0100007F:1F90 0100007F:D431 01 00000000" REST "12345", false, "a connection (01)"},
        {"   0: 0100007F:1F90 0100007F:D431 06 00000000" REST "0", false,
         "one that waits after its end (06)"},
        {"   0: 0100007F:1F90 00000000:0000 0A 00000000" REST "12345", true,
         "an IPv4 line among those of IPv6"},
        {"   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000" REST
         "7",
         false, "an IPv6 line among those of IPv4"},
        {"   0: 0100007F0:1F90 00000000:0000 0A 00000000" REST "1", false, "nine digits"},
        {"   0: 0100007:1F90 00000000:0000 0A 00000000" REST "1", false, "seven digits"},
        {"   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0", false,
         "cut off"},
        {"   0: 0100007F:-F90 00000000:0000 0A 00000000" REST "1", false, "a sign in the port"},
        {"", false, "nothing"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct listener listener = {.port = -1};
        cr_expect_not(listener_parse(rows[i].line, rows[i].six, &listener), "%s", rows[i].why);
        cr_expect_eq(listener.port, -1, "%s", rows[i].why);
    }
}
