/* SPDX-License-Identifier: MIT */
/*
 * Frames between the guest's agent and the host, on the second serial port, and between the agent and its clients
 * (lab-host and friends) on a unix socket. The host's side of the same format is tools/lab/vmlab/channel.py.
 *
 *   byte 0     type, one of enum frame_type
 *   byte 1-2   channel, big endian: which client, or which file of GET
 *   byte 3-6   length of the payload, big endian
 */
#ifndef RXMAP_LAB_WIRE_H
#define RXMAP_LAB_WIRE_H

#include <stddef.h>
#include <stdint.h>

enum frame_type {
    FRAME_STARTED = 'S',    /* guest: RUN starts now */
    FRAME_STDOUT = 'O',     /* guest: output of RUN; host: output of a request */
    FRAME_STDERR = 'E',     /* the same for standard error */
    FRAME_EXIT = 'X',       /* decimal exit status: of RUN (guest), of a request (host) */
    FRAME_REQUEST = 'Q',    /* guest: a client asks; payload: command name, NUL, arguments separated by NUL */
    FRAME_FILE = 'F',       /* guest: a piece of file number <channel> of GET */
    FRAME_FILE_END = 'f',   /* guest: that file is complete (payload empty) or failed (payload: why) */
    FRAME_KERNEL_ERROR = 'K', /* guest: a kernel log line of level error or worse */
    FRAME_DONE = 'D',       /* guest: nothing follows; the machine may be switched off */
};

enum { FRAME_HEADER_BYTES = 7, FRAME_PAYLOAD_MAX = 4096 };

struct frame {
    char type;
    uint16_t channel;
    uint32_t length;
    char payload[FRAME_PAYLOAD_MAX];
};

/* Both return 0, or -1 at end of file or error. They block, whatever the file's mode. */
int frame_write(int fd, char type, unsigned channel, const void *payload, size_t length);
int frame_read(int fd, struct frame *frame);

#endif
