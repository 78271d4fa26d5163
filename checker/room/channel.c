/* JSON lines over a stream socket, some with a descriptor.
 *
 * A descriptor travels with the first byte of its line. One read may bring the end of one line and the
 * beginning of the next, and would then not tell whose the descriptor is; so the reader looks ahead and never
 * takes bytes beyond the end of a line. */
#include "checker/base/json.h"
#include "checker/room/parts.h"

#include <time.h>

enum { LINE_MAX_BYTES = 64 << 20, READ_SIZE = 64 << 10 };

double clock_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Waits for events on the socket; false when the deadline has passed. */
static bool wait_for(int socket, short events, double deadline) {
    for (;;) {
        int timeout = -1;
        if (deadline > 0) {
            double left = deadline - clock_now();
            timeout = left <= 0 ? 0 : left > 1e6 ? 1000000000 : (int)(left * 1000) + 1;
        }
        struct pollfd poller = {.fd = socket, .events = events};
        int ready = poll(&poller, 1, timeout);
        if (ready > 0)
            return true;
        if (ready == 0 && timeout >= 0)
            return false;
    }
}

bool channel_write(struct channel *channel, const cJSON *message, int descriptor, struct error *error) {
    SCOPE_FREE char *line = json_print(message);
    size_t length = strlen(line);
    if (length >= LINE_MAX_BYTES)
        return fail(error, FAULT_OURS, "a message of %zu bytes is too long for a room's channel (64 MiB)",
                    length);
    line[length++] = '\n';
    for (size_t sent = 0; sent < length;) {
        struct iovec part = {line + sent, length - sent};
        alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
        struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};
        if (sent == 0 && descriptor >= 0) {
            packet.msg_control = control;
            packet.msg_controllen = sizeof control;
            struct cmsghdr *header = CMSG_FIRSTHDR(&packet);
            header->cmsg_level = SOL_SOCKET;
            header->cmsg_type = SCM_RIGHTS;
            header->cmsg_len = CMSG_LEN(sizeof(int));
            memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
        }
        ssize_t written = sendmsg(channel->socket, &packet, MSG_NOSIGNAL);
        if (written > 0)
            sent += (size_t)written;
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            wait_for(channel->socket, POLLOUT, 0);
        else if (errno == EPIPE || errno == ECONNRESET)
            return fail(error, FAULT_OURS, "the room ended before it was told what to do");
        else if (errno != EINTR)
            return fail_errno(error, FAULT_OURS, "cannot write to a room's channel");
    }
    return true;
}

/* Takes what is there, up to and with the end of the line; *ret_end tells whether that was reached. */
static bool take(struct channel *channel, bool *ret_end, struct error *error) {
    char bytes[READ_SIZE];
    ssize_t there = recv(channel->socket, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
    if (there < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    size_t count = 0;
    int descriptor;
    ssize_t length = there;
    if (there > 0) {
        const char *end = memchr(bytes, '\n', (size_t)there);
        size_t wanted = end ? (size_t)(end - bytes) + 1 : (size_t)there;
        length = packet_receive(channel->socket, bytes, wanted, &descriptor, 1, &count, NULL, MSG_DONTWAIT);
    }
    if (length <= 0)
        return fail(error, FAULT_OURS, "the room ended%s",
                    channel->pending.length ? " in the middle of a message" : "; its channel is closed");
    if (count > 0) {
        if (channel->received >= 0)
            close(channel->received);
        channel->received = descriptor;
    }
    text_add(&channel->pending, bytes, (size_t)length);
    *ret_end = bytes[length - 1] == '\n';
    return true;
}

bool channel_read(struct channel *channel, double deadline, cJSON **ret_message, int *ret_descriptor,
                  struct error *error) {
    for (bool end = false; !end;) {
        if (channel->pending.length > LINE_MAX_BYTES)
            return fail(error, FAULT_OURS, "a message on a room's channel is longer than 64 MiB");
        if (!wait_for(channel->socket, POLLIN, deadline))
            return fail(error, FAULT_OURS, "the room did not answer in time");
        if (!take(channel, &end, error))
            return false;
    }
    struct json_fault fault;
    cJSON *message = json_parse(channel->pending.bytes, channel->pending.length - 1, &fault);
    channel->pending.length = 0;
    int descriptor = channel->received;
    channel->received = -1;
    if (!message || !ret_descriptor) {
        if (descriptor >= 0)
            close(descriptor);
        descriptor = -1;
    }
    if (!message)
        return fail(error, FAULT_OURS, "a message on a room's channel is not JSON: %s", fault.what);
    if (ret_descriptor)
        *ret_descriptor = descriptor;
    *ret_message = message;
    return true;
}

void channel_close(struct channel *channel) {
    if (channel->socket >= 0)
        close(channel->socket);
    if (channel->received >= 0)
        close(channel->received);
    text_free(&channel->pending);
    channel->socket = channel->received = -1;
}
