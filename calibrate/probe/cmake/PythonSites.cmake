# Where pip puts packages: python_sites becomes the list of the site-packages of python3.
if(NOT DEFINED python_sites)
  set(python_sites "")
  find_program(COMMSIM_PROBE_PYTHON NAMES python3 python)
  mark_as_advanced(COMMSIM_PROBE_PYTHON)
  if(COMMSIM_PROBE_PYTHON)
    execute_process(COMMAND ${COMMSIM_PROBE_PYTHON} -c
      "import site, sysconfig; print(';'.join(site.getsitepackages() + [site.getusersitepackages(), sysconfig.get_paths()['purelib']]))"
      OUTPUT_VARIABLE python_sites OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
endif()
