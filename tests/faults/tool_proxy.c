/*
 * tool_proxy.c - stands between a run and a server's unix socket, and breaks what passes.
 *
 *   tool_proxy tcp|PATH SERVER-SOCKET FAULT BYTES SAYS-FILE
 *
 * Listens on a port of the loopback or on the socket PATH and relays each connection to SERVER-SOCKET. When BYTES bytes
 * of the server have passed, of all connections together, the fault strikes, once:
 *
 *   cut      the connection is closed in order        hold     nothing is passed on until SIGUSR1
 *   reset    it is reset (tcp)                        trickle  one byte at a time from then on, one each 20 ms
 *   crumbs   everything comes in pieces of 7 bytes
 *
 * A connection made after that is relayed as it is. SAYS-FILE gets a line when the proxy listens (the port, or "ready")
 * and one when the fault struck, so a script waits for a line and never for a time. Ends with who started it.
 */
#include "tieout/decimal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PAIRS = 32, BLOCK_BYTES = 8192, CRUMB_BYTES = 7, TRICKLE_MS = 20 };
enum fault { CUT, RESET, HOLD, TRICKLE, CRUMBS, FAULTS };
static const char *const fault_names[FAULTS] = { "cut", "reset", "hold", "trickle", "crumbs" };

struct pair {
    int client, server; /* -1: free */
    bool is_held, is_slow;
};

static struct pair pairs[PAIRS];
static enum fault fault;
static int64_t bytes_left;
static bool has_struck;
static volatile sig_atomic_t is_released;
static const char *says_path;

static void release(int number)
{
    (void)number;
    is_released = 1;
}

static void say(const char *text)
{
    const int fd = open(says_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);

    (void)!write(fd, text, strlen(text));
    (void)close(fd);
}

static bool fail(const char *what)
{
    fprintf(stderr, "tool_proxy: cannot %s: %s\n", what, strerror(errno));
    return false;
}

static bool unix_address(const char *path, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address->sun_path)
        return false;
    memcpy(address->sun_path, path, strlen(path) + 1);
    return true;
}

static bool listen_at(const char *place, int *listener)
{
    struct sockaddr_un path;
    struct sockaddr_in port = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof port;
    const bool is_tcp = strcmp(place, "tcp") == 0;
    char text[32] = "ready\n";

    *listener = socket(is_tcp ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (!is_tcp && !unix_address(place, &path))
        return fail("listen: the path is too long");
    if (bind(*listener, is_tcp ? (struct sockaddr *)&port : (struct sockaddr *)&path,
            is_tcp ? sizeof port : sizeof path) != 0 ||
        listen(*listener, PAIRS) != 0)
        return fail("listen");
    if (is_tcp && getsockname(*listener, (struct sockaddr *)&port, &size) == 0)
        (void)snprintf(text, sizeof text, "%d\n", ntohs(port.sin_port));
    say(text);
    return true;
}

static void drop(struct pair *pair)
{
    (void)close(pair->client);
    (void)close(pair->server);
    *pair = (struct pair){ .client = -1, .server = -1 };
}

static void take(int listener, const struct sockaddr_un *server)
{
    const int yes = 1;
    const int client = accept(listener, NULL, NULL);
    const int upstream = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes); /* not for a unix socket, nor needed */
    for (size_t i = 0; i < PAIRS; i++) {
        if (pairs[i].client >= 0)
            continue;
        pairs[i].client = client;
        pairs[i].server = upstream;
        if (connect(upstream, (const struct sockaddr *)server, sizeof *server) != 0)
            drop(&pairs[i]);
        return;
    }
    (void)close(client);
    (void)close(upstream);
}

static bool write_all(int fd, const char *bytes, size_t size, size_t piece)
{
    while (size > 0) {
        const ssize_t wrote = write(fd, bytes, size < piece ? size : piece);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        bytes += wrote;
        size -= (size_t)wrote;
    }
    return true;
}

/* False: the connection is over. */
static bool strike(struct pair *pair)
{
    const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

    has_struck = true;
    if (fault == RESET)
        (void)setsockopt(pair->client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    pair->is_held = fault == HOLD;
    pair->is_slow = fault == TRICKLE;
    if (fault == CUT || fault == RESET)
        drop(pair); /* before it is said: whoever waits for the line finds it done */
    say("struck\n");
    return fault != CUT && fault != RESET;
}

static void from_server(struct pair *pair)
{
    char block[BLOCK_BYTES];
    const bool is_near = !has_struck && bytes_left < BLOCK_BYTES;
    const size_t room = pair->is_slow ? 1 : is_near ? (size_t)bytes_left : sizeof block;
    const ssize_t size = room == 0 ? 0 : read(pair->server, block, room);

    if (pair->is_slow)
        (void)poll(NULL, 0, TRICKLE_MS); /* the fault itself, no waiting for something */
    if ((room > 0 && size <= 0) ||
        !write_all(pair->client, block, (size_t)size, fault == CRUMBS ? CRUMB_BYTES : sizeof block)) {
        drop(pair);
        return;
    }
    bytes_left -= size;
    if (!has_struck && bytes_left <= 0)
        (void)strike(pair);
}

static void from_client(struct pair *pair)
{
    char block[BLOCK_BYTES];
    const ssize_t size = read(pair->client, block, sizeof block);

    if (size <= 0 || !write_all(pair->server, block, (size_t)size, sizeof block))
        drop(pair);
}

static void relay(int listener, const struct sockaddr_un *server)
{
    struct pollfd fds[2 * PAIRS + 1];
    sigset_t none;

    (void)sigemptyset(&none); /* SIGUSR1 comes in here only, so none is lost between a look and the waiting */
    for (;;) {
        for (size_t i = 0; i < PAIRS; i++) {
            if (is_released)
                pairs[i].is_held = false;
            /* A held one is still watched for its end. */
            const short events = pairs[i].is_held ? POLLRDHUP : POLLIN;

            fds[2 * i] = (struct pollfd){ pairs[i].client, events, 0 };
            fds[2 * i + 1] = (struct pollfd){ pairs[i].server, events, 0 };
        }
        fds[2 * PAIRS] = (struct pollfd){ listener, POLLIN, 0 };
        if (ppoll(fds, 2 * PAIRS + 1, NULL, &none) < 0)
            continue;
        for (size_t i = 0; i < PAIRS; i++) {
            if (pairs[i].client >= 0 && pairs[i].is_held && (fds[2 * i].revents | fds[2 * i + 1].revents) != 0)
                drop(&pairs[i]);
            if (pairs[i].client >= 0 && !pairs[i].is_held && fds[2 * i + 1].revents != 0)
                from_server(&pairs[i]);
            if (pairs[i].client >= 0 && !pairs[i].is_held && fds[2 * i].revents != 0)
                from_client(&pairs[i]);
        }
        if (fds[2 * PAIRS].revents != 0)
            take(listener, server);
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_un server;
    struct sigaction on_release = { .sa_handler = release };
    sigset_t blocked;
    int listener = -1;

    while (argc == 6 && fault < FAULTS && strcmp(argv[3], fault_names[fault]) != 0)
        fault = (enum fault)(fault + 1);
    if (argc != 6 || fault == FAULTS || !tie_int_from_text(tie_text_of(argv[4]), &bytes_left) || bytes_left < 1 ||
        !unix_address(argv[2], &server)) {
        fprintf(stderr, "usage: tool_proxy tcp|PATH SERVER-SOCKET cut|reset|hold|trickle|crumbs BYTES SAYS-FILE\n");
        return 64;
    }
    says_path = argv[5];
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGUSR1);
    (void)sigprocmask(SIG_BLOCK, &blocked, NULL);
    (void)sigaction(SIGUSR1, &on_release, NULL);
    for (size_t i = 0; i < PAIRS; i++)
        pairs[i] = (struct pair){ .client = -1, .server = -1 };
    if (!listen_at(argv[1], &listener))
        return 69;
    relay(listener, &server);
}
