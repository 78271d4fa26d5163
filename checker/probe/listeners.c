#include "checker/probe/listeners.h"

#include "checker/base/memory.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>

/*   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
 *    0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12345 …
 * The address stands in words of the host's byte order, the port in plain hexadecimal; 0A is TCP_LISTEN. */
bool listener_parse(const char *line, bool six, struct listener *ret_listener) {
    char local[40];
    unsigned port, state;
    uint64_t inode;
    if (sscanf(line, " %*u: %39[0-9A-Fa-f]:%4x %*[0-9A-Fa-f]:%*x %2x %*x:%*x %*x:%*x %*x %*u %*u %" SCNu64,
               local, &port, &state, &inode) != 4)
        return false;
    if (state != 0x0a || port > 0xffff || strlen(local) != (six ? 32 : 8))
        return false;
    unsigned char address[16] = {0};
    for (int word = 0; word < (six ? 4 : 1); word++) {
        char digits[9];
        memcpy(digits, local + word * 8, 8);
        digits[8] = '\0';
        uint32_t value = (uint32_t)strtoul(digits, NULL, 16);
        memcpy(address + word * 4, &value, 4);
    }
    struct listener listener = {.port = (int)port, .inode = inode};
    inet_ntop(six ? AF_INET6 : AF_INET, address, listener.address, sizeof listener.address);
    listener.reachable = six ? strcmp(listener.address, "::") == 0 ||
                                   strcmp(listener.address, "::ffff:127.0.0.1") == 0 ||
                                   strcmp(listener.address, "::ffff:0.0.0.0") == 0
                             : address[0] == 127 || strcmp(listener.address, "0.0.0.0") == 0;
    if (!six && address[0] == 127 && strcmp(listener.address, "127.0.0.1") != 0)
        listener.reachable = false; /* 127.0.0.2 is another address */
    *ret_listener = listener;
    return true;
}

/* Calls visit for each listening socket until it answers true. */
static bool each_listener(bool (*visit)(void *context, const struct listener *listener), void *context) {
    static const char *const tables[] = {"/proc/self/net/tcp", "/proc/self/net/tcp6"};
    for (size_t i = 0; i < LENGTH_OF(tables); i++) {
        SCOPE_FCLOSE FILE *table = fopen(tables[i], "re");
        char line[512];
        struct listener listener;
        while (table && fgets(line, sizeof line, table))
            if (listener_parse(line, i == 1, &listener) && visit(context, &listener))
                return true;
    }
    return false;
}

/* Asks sock_diag(7) which socket would get a connection to 127.0.0.1 at this port. That is the kernel's own choice, in
 * the time of one lookup; to write the tables of /proc it walks through the connections of the whole machine, which
 * takes milliseconds. False if it cannot be asked; found tells whether there is one. */
static bool ask_kernel(int port, bool *ret_found, struct listener *ret_listener) {
    struct {
        struct nlmsghdr head;
        struct inet_diag_req_v2 body;
    } question = {
        .head = {.nlmsg_len = sizeof question,
                 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = NLM_F_REQUEST},
        .body = {.sdiag_family = AF_INET,
                 .sdiag_protocol = IPPROTO_TCP,
                 .idiag_states = ~0u,
                 .id = {.idiag_sport = htons((uint16_t)port),
                        .idiag_src = {htonl(INADDR_LOOPBACK)},
                        .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}},
    };
    union {
        struct nlmsghdr head;
        char bytes[1024];
    } answer;
    SCOPE_CLOSE int diag = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (diag < 0 || send(diag, &question, sizeof question, 0) != sizeof question)
        return false;
    ssize_t length = recv(diag, &answer, sizeof answer, 0);
    if (length < 0 || !NLMSG_OK(&answer.head, (size_t)length))
        return false;
    if (answer.head.nlmsg_type == NLMSG_ERROR) {
        const struct nlmsgerr *refused = NLMSG_DATA(&answer.head);
        *ret_found = false;
        return answer.head.nlmsg_len >= NLMSG_LENGTH(sizeof *refused) && refused->error == -ENOENT;
    }
    const struct inet_diag_msg *found = NLMSG_DATA(&answer.head);
    if (answer.head.nlmsg_type != SOCK_DIAG_BY_FAMILY || answer.head.nlmsg_len < NLMSG_LENGTH(sizeof *found))
        return false;
    *ret_found = true;
    *ret_listener = (struct listener){.port = port, .reachable = true, .inode = found->idiag_inode};
    inet_ntop(found->idiag_family, found->id.idiag_src, ret_listener->address, sizeof ret_listener->address);
    return true;
}

struct search {
    struct room *room;
    int port; /* 0: any that belongs to the room */
    struct listener found;
    bool any;
};

static bool on_port(void *context, const struct listener *listener) {
    struct search *search = context;
    if (listener->port != search->port || (search->any && !listener->reachable))
        return false;
    search->found = *listener;
    search->any = true;
    return listener->reachable;
}

bool listener_find(struct room *room, int port, struct listener *ret_listener) {
    struct search search = {.room = room, .port = port};
    each_listener(on_port, &search);
    if (!search.any)
        return false;
    search.found.owner = room_socket_owner(room, search.found.inode);
    *ret_listener = search.found;
    return true;
}

bool listener_reached(struct room *room, int port, struct listener *ret_listener) {
    struct listener listener;
    bool found;
    if (!ask_kernel(port, &found, &listener))
        return listener_find(room, port, ret_listener) && ret_listener->reachable;
    if (!found)
        return false;
    listener.owner = room_socket_owner(room, listener.inode);
    *ret_listener = listener;
    return true;
}

static bool of_room(void *context, const struct listener *listener) {
    struct search *search = context;
    if (room_socket_owner(search->room, listener->inode) <= 0)
        return false;
    search->found = *listener;
    search->any = true;
    return true;
}

int listener_other_port(struct room *room) {
    struct search search = {.room = room};
    each_listener(of_room, &search);
    return search.any ? search.found.port : 0;
}
