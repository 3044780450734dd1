# SPDX-License-Identifier: MIT
# RXMAP_SANITIZE=address (with undefined behaviour) or =thread instruments everything of this build tree.
set(RXMAP_SANITIZE "" CACHE STRING "empty, address or thread")
set_property(CACHE RXMAP_SANITIZE PROPERTY STRINGS "" address thread)

if(RXMAP_SANITIZE STREQUAL "address")
  set(flags -fsanitize=address,undefined -fno-sanitize-recover=all)
elseif(RXMAP_SANITIZE STREQUAL "thread")
  set(flags -fsanitize=thread)
elseif(RXMAP_SANITIZE)
  message(FATAL_ERROR "RXMAP_SANITIZE is '${RXMAP_SANITIZE}', known are address and thread")
endif()
if(RXMAP_SANITIZE)
  # A report needs lines (-g1), not variables, which take as long to compile again.
  add_compile_options(${flags} -fno-omit-frame-pointer -O1 -g1)
  add_link_options(${flags})
endif()
