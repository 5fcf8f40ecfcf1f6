# No file is longer than MAXIMUM_LINES: by then it is two files.
include("${CMAKE_CURRENT_LIST_DIR}/common.cmake")

set(MAXIMUM_LINES 450)

own_files(files)
list(FILTER files EXCLUDE REGEX "\\.(json|svg|ts|md)$")
foreach(file IN LISTS files)
  file(READ "${ROOT}/${file}" text)
  string(REGEX REPLACE "[^\n]+" "" line_ends "${text}")
  string(LENGTH "${line_ends}" lines)
  if(lines GREATER MAXIMUM_LINES)
    problem("${file} has ${lines} lines, at most ${MAXIMUM_LINES} are allowed")
  endif()
endforeach()
report("length")
