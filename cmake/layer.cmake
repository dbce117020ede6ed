# A layer is an object library of every .cpp in its folder (objects, because a static archive would
# drop the files whose only effect is to register something). A new file needs no edit here.
# Forty files are compiled at a time (CMAKE_UNITY_BUILD in the presets), which takes half as long; so
# what a file keeps to itself, and shares a name with its neighbours', is in a namespace of its file's
# name. The dev preset builds one by one.
# ONCE: what runs once for each scenario or result, and takes a third longer to optimise fully.
function(commsim_layer name folder)
  cmake_parse_arguments(LAYER "ONCE" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/calibrate/probe/") # a program of its own
  add_library(${name} OBJECT ${sources})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC commsim_flags ${LAYER_USES} PRIVATE ${LAYER_LIBRARIES})
  if(LAYER_ONCE)
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  # What nearly every file includes is parsed once. Files still name all that they use: the dev
  # preset builds without this.
  if(name STREQUAL commsim_core)
    target_precompile_headers(${name} PRIVATE <algorithm> <map> <memory> <optional> <span> <string>
      <string_view> <vector> <fmt/format.h>)
  else()
    target_precompile_headers(${name} REUSE_FROM commsim_core)
  endif()
endfunction()
