// SPDX-License-Identifier: MIT
// The contract as C++20 sees it. Compiling it is the test.
#include <linux/rxmap.h>

#include <cstddef>
#include <type_traits>

#define CONTRACT_SIZE(s, bytes)                                \
    static_assert(sizeof(struct s) == (bytes), "size of " #s); \
    static_assert(std::is_standard_layout_v<s> && std::is_trivially_copyable_v<s>);
#define CONTRACT_FIELD(s, f, offset, bytes)                            \
    static_assert(offsetof(s, f) == (offset), "offset of " #s "." #f); \
    static_assert(sizeof(s::f) == (bytes), "size of " #s "." #f);
#define CONTRACT_VALUE(name, value) static_assert((name) == (value), #name);
#include "layout.inc"

int main() {
    return 0;
}
