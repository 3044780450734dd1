/* SPDX-License-Identifier: MIT */
/* receive INTERFACE PACKETS: takes so many; gives up after ten seconds without one. */
#include <rxmap/rxmap.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char** argv) {
    struct rxmap_packet packets[64];
    char error[256] = "";
    if (argc != 3)
        return 2;
    struct rxmap_ring* ring = rxmap_ring_attach(argv[1], NULL, error, sizeof(error));
    if (ring == NULL) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    const unsigned long wanted = strtoul(argv[2], NULL, 10);
    unsigned long taken = 0;
    enum rxmap_wait found = RXMAP_WAIT_READY;
    while (taken < wanted && (found == RXMAP_WAIT_READY || found == RXMAP_WAIT_STATE_CHANGED)) {
        taken += rxmap_ring_take(ring, packets, 64);
        rxmap_ring_release(ring);
        found = rxmap_ring_wait(ring, 10000000000);
    }
    rxmap_ring_detach(ring);
    printf("%lu packets\n", taken);
    return taken < wanted;
}
