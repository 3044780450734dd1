/* SPDX-License-Identifier: MIT */
/* The contract as C11 sees it. Compiling it is the test. */
#include <linux/rxmap.h>
#include <stddef.h>

#define CONTRACT_SIZE(s, bytes) \
    _Static_assert(sizeof(struct s) == (bytes), "size of " #s);
#define CONTRACT_FIELD(s, f, offset, bytes)                                  \
    _Static_assert(offsetof(struct s, f) == (offset), "offset of " #s "." #f); \
    _Static_assert(sizeof(((struct s*)0)->f) == (bytes), "size of " #s "." #f);
#define CONTRACT_VALUE(name, value) _Static_assert((name) == (value), #name);
#include "layout.inc"

int main(void) {
    return 0;
}
