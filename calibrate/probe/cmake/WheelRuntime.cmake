# The CUDA runtime of a Python wheel, for an nvcc that has none beside it: nvidia/cuda_runtime of
# CUDA 11 and 12, nvidia/cu13 of CUDA 13. Included before project(), which already compiles and links
# a program. Looks below CUDA_RUNTIME_ROOT, then in the site-packages of python3. Gives
# WHEEL_RUNTIME_INCLUDE_DIR and WHEEL_RUNTIME_LIBRARY, or neither where nvcc has a runtime itself.
set(wheel_nvcc ${CMAKE_CUDA_COMPILER})
if(NOT wheel_nvcc AND DEFINED ENV{CUDACXX})
  set(wheel_nvcc $ENV{CUDACXX})
endif()
if(NOT wheel_nvcc)
  find_program(COMMSIM_PROBE_NVCC nvcc PATHS /usr/local/cuda/bin)
  mark_as_advanced(COMMSIM_PROBE_NVCC)
  set(wheel_nvcc ${COMMSIM_PROBE_NVCC})
endif()
# nvcc includes the runtime's header in whatever it compiles, so a file of nothing tells.
set(wheel_own 1)
if(wheel_nvcc AND NOT CUDA_RUNTIME_ROOT)
  execute_process(COMMAND ${wheel_nvcc} -E -x cu /dev/null
    RESULT_VARIABLE wheel_lacks OUTPUT_QUIET ERROR_QUIET)
  if(NOT wheel_lacks EQUAL 0)
    set(wheel_own 0)
  endif()
endif()
if(CUDA_RUNTIME_ROOT OR NOT wheel_own)
  include(${CMAKE_CURRENT_LIST_DIR}/PythonSites.cmake)
  set(wheel_places ${CUDA_RUNTIME_ROOT})
  foreach(site IN LISTS python_sites)
    list(APPEND wheel_places ${site}/nvidia/cuda_runtime ${site}/nvidia/cu13)
  endforeach()
  foreach(place IN LISTS wheel_places)
    # A wheel has no libcudart.so, only the name with the version.
    file(GLOB wheel_libraries ${place}/lib/libcudart.so.* ${place}/lib64/libcudart.so.*)
    if(wheel_libraries AND EXISTS ${place}/include/cuda_runtime.h)
      list(GET wheel_libraries 0 WHEEL_RUNTIME_LIBRARY)
      set(WHEEL_RUNTIME_INCLUDE_DIR ${place}/include)
      message(STATUS "CUDA runtime of a Python wheel: ${place}")
      break()
    endif()
  endforeach()
endif()
