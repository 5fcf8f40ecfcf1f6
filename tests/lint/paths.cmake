# Nothing in the tree names a folder that only one machine has.
include("${CMAKE_CURRENT_LIST_DIR}/common.cmake")

# Home and work folders, on Unix and on Windows. The brackets keep this line from matching itself.
set(machine_path "(^|[^A-Za-z0-9_.}/-])/(home|root|work|workspace|Users)/[A-Za-z0-9_.]|[A-Za-z]:[\\\\/]+Users[\\\\/]")

own_files(files)
foreach(file IN LISTS files)
  file(STRINGS "${ROOT}/${file}" lines REGEX "${machine_path}" ENCODING UTF-8)
  foreach(line IN LISTS lines)
    problem("${file} names a folder of one machine: ${line}")
  endforeach()
endforeach()
report("paths")
