// SPDX-License-Identifier: MIT
// lab-host, lab-qmp, lab-traffic in the guest: hands its name and arguments to the agent, which hands them to the host;
// copies the answer to standard output and standard error and exits with the status that the host reported.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "client.h"
#include "wire.h"

static int connect_to_agent(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = AGENT_SOCKET };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
        return -1;
    return fd;
}

static int send_request(int fd, const char *name, char **arguments)
{
    char request[FRAME_PAYLOAD_MAX];
    size_t used = strlen(name) + 1;

    memcpy(request, name, used);
    for (; *arguments; arguments++) {
        size_t length = strlen(*arguments) + 1;

        if (used + length > sizeof(request))
            return -1;
        memcpy(request + used, *arguments, length);
        used += length;
    }
    return frame_write(fd, FRAME_REQUEST, 0, request, used - 1);
}

int client_main(const char *name, char **arguments)
{
    struct frame frame;
    int fd = connect_to_agent();

    if (fd < 0 || send_request(fd, name, arguments) != 0) {
        fprintf(stderr, "%s: cannot reach the lab's agent, or more than 4000 bytes of arguments\n", name);
        return 120;
    }
    while (frame_read(fd, &frame) == 0) {
        if (frame.type == FRAME_EXIT) {
            frame.payload[frame.length < sizeof(frame.payload) ? frame.length : sizeof(frame.payload) - 1] = 0;
            return atoi(frame.payload);
        }
        int out = frame.type == FRAME_STDERR ? STDERR_FILENO : STDOUT_FILENO;

        for (size_t done = 0; done < frame.length;) {
            ssize_t written = write(out, frame.payload + done, frame.length - done);

            if (written <= 0)
                return 120;
            done += (size_t)written;
        }
    }
    fprintf(stderr, "%s: the lab's agent hung up\n", name);
    return 120;
}
