// SPDX-License-Identifier: MIT
//
// The runner starts each test in a process of its own (--gtest_filter), so a crash or a leaked
// descriptor of one harms no other.
#include <gtest/gtest.h>

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
