# What `cmake --install` ships: the executable, one shared library of all layers, the headers, the
# scenarios and a package for find_package(commsim). Shared, because a static archive would drop the
# objects whose only effect is to register something.
include(CMakePackageConfigHelpers)

add_library(commsim_library SHARED)
add_library(commsim::commsim ALIAS commsim_library)
set_target_properties(commsim_library PROPERTIES
  OUTPUT_NAME commsim
  EXPORT_NAME commsim
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
# What our headers include is public, and commsimConfig.cmake finds it again; all else stays inside.
target_link_libraries(commsim_library
  PRIVATE commsim_layers
  PUBLIC Boost::headers fmt::fmt nlohmann_json::nlohmann_json)
target_compile_features(commsim_library PUBLIC cxx_std_20)

# The command line and the probe belong to executables; their headers are not for others.
foreach(folder core topology collectives calibrate sim)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.hpp)
  list(APPEND headers ${found})
endforeach()
list(FILTER headers EXCLUDE REGEX "/sim/cli/|/calibrate/probe/|/compression/reducers/")
target_sources(commsim_library PUBLIC
  FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${headers})

# Two roots: <commsim/core/units.hpp> as consumers write it, and "core/units.hpp" as our headers do.
install(TARGETS commsim_library EXPORT commsimTargets
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/commsim
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} ${CMAKE_INSTALL_INCLUDEDIR}/commsim)
install(TARGETS commsim)
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/commsim)
# `commsim calibrate gpu` builds the probe where it is to measure.
install(DIRECTORY calibrate/probe DESTINATION ${CMAKE_INSTALL_DATADIR}/commsim/calibrate)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/commsim)
configure_package_config_file(cmake/commsimConfig.cmake.in commsimConfig.cmake
  INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(commsimConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(EXPORT commsimTargets NAMESPACE commsim:: DESTINATION ${package_folder})
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/commsimConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/commsimConfigVersion.cmake
  DESTINATION ${package_folder})
