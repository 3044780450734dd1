# SPDX-License-Identifier: MIT
# every_source_is_built(): configuring fails over a .cpp of this folder that no target of it has. Targets of tests choose their
# sources by patterns, and a test that no pattern takes would be one that nobody misses.
function(every_source_is_built)
  file(GLOB left_out CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  get_property(targets DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(sources ${target} SOURCES)
    foreach(source IN LISTS sources)
      cmake_path(ABSOLUTE_PATH source)
      list(REMOVE_ITEM left_out ${source})
    endforeach()
  endforeach()
  if(left_out)
    message(FATAL_ERROR "No target is built from: ${left_out}")
  endif()
endfunction()
