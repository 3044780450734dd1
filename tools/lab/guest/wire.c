// SPDX-License-Identifier: MIT
// Writes and reads whole frames (wire.h). Nothing else: who talks to whom is agent.c's business.
#include "wire.h"

#include <errno.h>
#include <unistd.h>

static int write_all(int fd, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, data, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return -1;
        data += written;
        length -= (size_t)written;
    }
    return 0;
}

static int read_all(int fd, char *data, size_t length)
{
    while (length > 0) {
        ssize_t got = read(fd, data, length);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        data += got;
        length -= (size_t)got;
    }
    return 0;
}

int frame_write(int fd, char type, unsigned channel, const void *payload, size_t length)
{
    char header[FRAME_HEADER_BYTES] = {
        type,
        (char)(channel >> 8),
        (char)channel,
        (char)(length >> 24),
        (char)(length >> 16),
        (char)(length >> 8),
        (char)length,
    };

    if (write_all(fd, header, sizeof(header)) != 0)
        return -1;
    return write_all(fd, payload, length);
}

int frame_read(int fd, struct frame *frame)
{
    unsigned char header[FRAME_HEADER_BYTES];

    if (read_all(fd, (char *)header, sizeof(header)) != 0)
        return -1;
    frame->type = (char)header[0];
    frame->channel = (uint16_t)(header[1] << 8 | header[2]);
    frame->length = (uint32_t)header[3] << 24 | (uint32_t)header[4] << 16 |
                    (uint32_t)header[5] << 8 | header[6];
    if (frame->length > FRAME_PAYLOAD_MAX)
        return -1;
    return read_all(fd, frame->payload, frame->length);
}
