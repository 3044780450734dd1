# SPDX-License-Identifier: MIT
# What `make install` puts where: headers, find_package(rxmap CONFIG), rxmap.pc.
include(CMakePackageConfigHelpers)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/rxmap DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT library FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")
install(FILES ${PROJECT_SOURCE_DIR}/include/uapi/linux/rxmap.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/linux COMPONENT library)

configure_package_config_file(rxmap-config.cmake.in rxmap-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/rxmap)
write_basic_package_version_file(rxmap-config-version.cmake COMPATIBILITY SameMajorVersion)
install(
  FILES ${CMAKE_CURRENT_BINARY_DIR}/rxmap-config.cmake
        ${CMAKE_CURRENT_BINARY_DIR}/rxmap-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/rxmap COMPONENT library)

file(RELATIVE_PATH rxmap_pc_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(rxmap.pc.in rxmap.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/rxmap.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
