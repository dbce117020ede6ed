# NCCL where a package puts it, and where a Python wheel does (site-packages/nvidia/nccl). Looks below
# NCCL_ROOT (or the environment's NCCL_HOME), the CUDA toolkit, and the site-packages of python3.
# Gives NCCL::nccl, NCCL_VERSION.
set(nccl_places ${NCCL_HOME} $ENV{NCCL_HOME} ${CUDAToolkit_TARGET_DIR} ${CUDAToolkit_ROOT}
  /usr/local/cuda)
if(NOT NCCL_INCLUDE_DIR OR NOT NCCL_LIBRARY)
  include(${CMAKE_CURRENT_LIST_DIR}/PythonSites.cmake)
  foreach(site IN LISTS python_sites)
    list(APPEND nccl_places ${site}/nvidia/nccl)
  endforeach()
endif()
find_path(NCCL_INCLUDE_DIR nccl.h HINTS ${NCCL_ROOT} ${nccl_places} PATH_SUFFIXES include)
# A wheel has no libnccl.so, only the name with the version.
find_library(NCCL_LIBRARY NAMES nccl libnccl.so.2 NAMES_PER_DIR HINTS ${NCCL_ROOT} ${nccl_places}
  PATH_SUFFIXES lib lib64)
if(NCCL_INCLUDE_DIR AND EXISTS ${NCCL_INCLUDE_DIR}/nccl.h)
  file(STRINGS ${NCCL_INCLUDE_DIR}/nccl.h nccl_lines REGEX "#define NCCL_(MAJOR|MINOR|PATCH) ")
  string(REGEX REPLACE "[^0-9;]" "" nccl_lines "${nccl_lines}")
  string(REPLACE ";" "." NCCL_VERSION "${nccl_lines}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(NCCL REQUIRED_VARS NCCL_LIBRARY NCCL_INCLUDE_DIR
  VERSION_VAR NCCL_VERSION)
if(NCCL_FOUND AND NOT TARGET NCCL::nccl)
  add_library(NCCL::nccl UNKNOWN IMPORTED)
  set_target_properties(NCCL::nccl PROPERTIES IMPORTED_LOCATION ${NCCL_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${NCCL_INCLUDE_DIR})
endif()
mark_as_advanced(NCCL_INCLUDE_DIR NCCL_LIBRARY)
