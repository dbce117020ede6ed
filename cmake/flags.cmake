# Flags that every target of ours shares; nothing of this reaches a consumer of the installed library.
option(COMMSIM_WERROR "Treat warnings as errors" OFF)
set(COMMSIM_SANITIZE "" CACHE STRING "Sanitizers to build with, such as address,undefined")
option(COMMSIM_COVERAGE "Instrument for gcov" OFF)
option(COMMSIM_FUZZ "Link the fuzz targets with libFuzzer (clang only)" OFF)

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

add_library(commsim_flags INTERFACE)
target_compile_features(commsim_flags INTERFACE cxx_std_20)
# -ffp-contract=off: fluid rates are the same to the last bit in every build.
# -fno-semantic-interposition: position-independent code may still be inlined.
target_compile_options(commsim_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Wcast-qual -Wimplicit-fallthrough
  -Wno-missing-field-initializers # designated initializers leave the rest to its default
  -ffp-contract=off -fno-semantic-interposition
  $<$<BOOL:${COMMSIM_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 warns of overlapping copies inside std::string that cannot happen (GCC bug 105651).
  target_compile_options(commsim_flags INTERFACE -Wduplicated-cond -Wlogical-op -Wno-restrict)
  # The compiler's own collector starts at 600 MB, which is a tenth of the time of a build.
  target_compile_options(commsim_flags INTERFACE "SHELL:--param ggc-min-heapsize=600000")
endif()
if(COMMSIM_SANITIZE)
  target_compile_options(commsim_flags INTERFACE
    -fsanitize=${COMMSIM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(commsim_flags INTERFACE -fsanitize=${COMMSIM_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 sees uninitialised reads in the standard library once it has instrumented it.
    target_compile_options(commsim_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
if(COMMSIM_COVERAGE)
  target_compile_options(commsim_flags INTERFACE --coverage)
  target_link_options(commsim_flags INTERFACE --coverage)
endif()
