# SPDX-License-Identifier: MIT
# Wrong use must not compile. Each case of misuse.cpp is compiled alone and must fail; the file
# without a case must compile, or the failures would prove nothing.
set(misuse_flags -std=c++20 -Wall -Wextra -Werror -fsyntax-only
  -I${PROJECT_SOURCE_DIR}/include -isystem ${PROJECT_SOURCE_DIR}/include/uapi)
set(misuse ${CMAKE_CURRENT_LIST_DIR}/misuse.cpp)

add_test(NAME Misuse.CompilesWithoutACase COMMAND ${CMAKE_CXX_COMPILER} ${misuse_flags} ${misuse})
set_tests_properties(Misuse.CompilesWithoutACase PROPERTIES LABELS misuse)
foreach(case IN ITEMS COPY_RING COPY_BATCH COPY_KEPT IGNORE_TAKE IGNORE_ARM IGNORE_WAIT IGNORE_KEEP
        IGNORE_ATTACH WRITE_BYTES WRITE_DESCRIPTOR BATCH_FROM_NOTHING)
  add_test(NAME Misuse.${case}
    COMMAND ${CMAKE_CXX_COMPILER} ${misuse_flags} -DCASE_${case} ${misuse})
  set_tests_properties(Misuse.${case} PROPERTIES
    PASS_REGULAR_EXPRESSION "misuse.cpp:[0-9]+:[0-9]+: error" LABELS misuse)
endforeach()
