# The probe's own logic needs no CUDA: it is built, and tested, everywhere.
add_subdirectory(calibrate/probe/host)
# The probe is built where nvcc is. COMMSIM_CUDA=ON insists on it, OFF leaves it out.
set(COMMSIM_CUDA AUTO CACHE STRING "Build the CUDA probe: AUTO (if nvcc is found), ON, OFF")
if(COMMSIM_CUDA STREQUAL "AUTO")
  include(CheckLanguage)
  if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
    set(CMAKE_CUDA_ARCHITECTURES 80-real 90)
  endif()
  check_language(CUDA)
endif()
if(COMMSIM_CUDA STREQUAL "ON" OR (COMMSIM_CUDA STREQUAL "AUTO" AND CMAKE_CUDA_COMPILER))
  add_subdirectory(calibrate/probe)
endif()
