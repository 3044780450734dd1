// SPDX-License-Identifier: MIT
// Process 1 of a lab VM once tools/lab/guest/init has set the machine up: runs /lab/run, carries its output, its requests
// to the host and the files of GET over the second serial port, and reports kernel errors at the end. One process, one poll
// loop; started under the name of a client (lab-host…) it is that client instead. Never returns: the host ends the machine.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "client.h"
#include "wire.h"

enum { CLIENTS_MAX = 64 };

static struct {
    int serial;
    int listener;
    int out, err;             /* read ends of RUN's output; -1 after end of file */
    int clients[CLIENTS_MAX]; /* index = channel; -1 is free */
    pid_t child;
    int status;               /* wait status of RUN */
    bool exited;
} agent;

static void die(const char *what)
{
    perror(what);
    exit(1); /* process 1 ends: the kernel panics, which the host sees */
}

static int open_serial(const char *path)
{
    struct termios raw;
    int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (fd < 0 || tcgetattr(fd, &raw) != 0)
        die(path);
    cfmakeraw(&raw);
    cfsetspeed(&raw, B115200);
    raw.c_cflag |= CLOCAL | CREAD;
    if (tcsetattr(fd, TCSANOW, &raw) != 0)
        die(path);
    return fd;
}

static int open_listener(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = AGENT_SOCKET };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, CLIENTS_MAX) != 0)
        die(AGENT_SOCKET);
    return fd;
}

static void exec_run(bool interactive, int out, int err)
{
    signal(SIGPIPE, SIG_DFL);
    setsid();
    if (interactive) {
        int console = open("/dev/ttyS0", O_RDWR);

        ioctl(console, TIOCSCTTY, 1);
        dup2(console, STDIN_FILENO);
        out = err = console;
    } else {
        dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    }
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    if (chdir("/root") == 0)
        execl("/lab/run", "/lab/run", (char *)NULL);
    perror("/lab/run");
    _exit(127);
}

static void start_run(bool interactive)
{
    int out[2], err[2];

    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
        die("pipe");
    agent.child = fork();
    if (agent.child < 0)
        die("fork");
    if (agent.child == 0)
        exec_run(interactive, out[1], err[1]);
    close(out[1]);
    close(err[1]);
    agent.out = out[0];
    agent.err = err[0];
}

static void forward_output(int *fd, char type)
{
    char data[FRAME_PAYLOAD_MAX];
    ssize_t got = read(*fd, data, sizeof(data));

    if (got <= 0) {
        close(*fd);
        *fd = -1;
        return;
    }
    frame_write(agent.serial, type, 0, data, (size_t)got);
}

static void accept_client(void)
{
    int fd = accept4(agent.listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd < 0)
        return;
    for (unsigned channel = 0; channel < CLIENTS_MAX; channel++) {
        struct frame request;

        if (agent.clients[channel] >= 0)
            continue;
        if (frame_read(fd, &request) != 0)
            break;
        agent.clients[channel] = fd;
        frame_write(agent.serial, FRAME_REQUEST, channel, request.payload, request.length);
        return;
    }
    close(fd);
}

/* An answer of the host, for the client on its channel. A client that died meanwhile is no error. */
static void forward_answer(void)
{
    struct frame answer;
    int *client;

    if (frame_read(agent.serial, &answer) != 0)
        die("the host hung up");
    if (answer.channel >= CLIENTS_MAX || agent.clients[answer.channel] < 0)
        return;
    client = &agent.clients[answer.channel];
    frame_write(*client, answer.type, answer.channel, answer.payload, answer.length);
    if (answer.type == FRAME_EXIT) {
        close(*client);
        *client = -1;
    }
}

static void reap(void)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == agent.child) {
            agent.status = status;
            agent.exited = true;
        }
    }
}

/* Until RUN has ended and its output is drained. A background process that RUN left may hold the pipes open for ever, so
 * after its end only what is there already is waited for. */
static void serve_run(void)
{
    for (;;) {
        struct pollfd files[] = {
            { .fd = agent.serial, .events = POLLIN },
            { .fd = agent.listener, .events = POLLIN },
            { .fd = agent.out, .events = POLLIN },
            { .fd = agent.err, .events = POLLIN },
        };
        int ready;

        reap();
        ready = poll(files, 4, agent.exited ? 50 : 100);
        if (agent.exited && ready <= 0)
            return;
        if (files[0].revents)
            forward_answer();
        if (files[1].revents)
            accept_client();
        if (files[2].revents)
            forward_output(&agent.out, FRAME_STDOUT);
        if (files[3].revents)
            forward_output(&agent.err, FRAME_STDERR);
    }
}

static void send_text(char type, unsigned channel, const char *text)
{
    frame_write(agent.serial, type, channel, text, strlen(text));
}

static void send_file(unsigned channel, const char *path)
{
    char data[FRAME_PAYLOAD_MAX];
    ssize_t got;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        send_text(FRAME_FILE_END, channel, "no such file in the guest");
        return;
    }
    while ((got = read(fd, data, sizeof(data))) > 0)
        frame_write(agent.serial, FRAME_FILE, channel, data, (size_t)got);
    send_text(FRAME_FILE_END, channel, got == 0 ? "" : "read error in the guest");
    close(fd);
}

/* A record of /dev/kmsg reads "facility*8+level,sequence,time,flags;text". */
static void send_kernel_errors(void)
{
    char record[FRAME_PAYLOAD_MAX];
    int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ssize_t got;

    while (fd >= 0 && (got = read(fd, record, sizeof(record) - 1)) > 0) {
        char *text, *end;
        long priority;

        record[got] = 0;
        priority = strtol(record, NULL, 10);
        text = strchr(record, ';');
        if (!text || (priority & 7) > 3) /* less grave than KERN_ERR */
            continue;
        end = strchr(text, '\n');
        if (end)
            *end = 0;
        send_text(FRAME_KERNEL_ERROR, 0, text + 1);
    }
}

int main(int argc, char **argv)
{
    const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
    bool interactive = argc > 1 && strcmp(argv[1], "--interactive") == 0;
    char status[16];

    if (strcmp(name, "lab-agent") != 0)
        return client_main(name, argv + 1);

    signal(SIGPIPE, SIG_IGN);
    memset(agent.clients, 0xff, sizeof(agent.clients));
    agent.serial = open_serial("/dev/ttyS1");
    agent.listener = open_listener();
    send_text(FRAME_STARTED, 0, "");
    start_run(interactive);
    serve_run();

    snprintf(status, sizeof(status), "%d",
             WIFEXITED(agent.status) ? WEXITSTATUS(agent.status) : 128 + WTERMSIG(agent.status));
    send_text(FRAME_EXIT, 0, status);
    for (int file = interactive ? 2 : 1; file < argc; file++)
        send_file((unsigned)(file - (interactive ? 2 : 1)), argv[file]);
    send_kernel_errors();
    sync();
    send_text(FRAME_DONE, 0, "");
    for (;;)
        pause();
}
