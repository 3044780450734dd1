# SPDX-License-Identifier: MIT
# What `make install` puts where: headers, find_package(rxmap CONFIG), a file of pkg-config for each component.
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

# rxmap_pkg_config(NAME DESCRIPTION REQUIRES LIBS [PRIVATE-LIBS [CFLAGS]])
function(rxmap_pkg_config pc_name pc_description pc_requires pc_libs)
  set(pc_private ${ARGV4})
  set(pc_cflags ${ARGV5})
  configure_file(component.pc.in ${pc_name}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${pc_name}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
endfunction()

set(one_queue "One RX queue of a network interface, mapped into a")
rxmap_pkg_config(rxmap "${one_queue} C++20 program" "" "-lrxmap -lstdc++" "" -std=c++20)
rxmap_pkg_config(rxmap-c "${one_queue} C program" "" -lrxmap -lstdc++)
if(TARGET rxmap-pcap)
  rxmap_pkg_config(rxmap-pcap "Filters of rxmap, written as tcpdump writes them" "rxmap, libpcap" -lrxmap-pcap)
  rxmap_pkg_config(rxmap-testing "A ring of rxmap without module, NIC or root" "rxmap, libpcap" -lrxmap-testing)
endif()
if(TARGET rxmap-uring)
  rxmap_pkg_config(rxmap-uring "Waiting with io_uring for rxmap" rxmap "-lrxmap-uring -luring")
endif()
