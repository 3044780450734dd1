/* SPDX-License-Identifier: MIT */
/* The same as plain.cpp, in C. */
#include <errno.h>
#include <rxmap/rxmap.h>
#include <stdio.h>

int main(void) {
    char error[256] = "";
    struct rxmap_ring* ring = rxmap_ring_attach("no-such-if0", NULL, error, sizeof(error));
    const int failed = ring == NULL && errno != 0 && error[0] != '\0';
    puts(error);
    rxmap_ring_detach(ring);
    return failed ? 0 : 1;
}
