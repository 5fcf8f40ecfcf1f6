# Head of the file that ctest reads for tests/run.sh. The builds' own files, which it goes on to
# read, call add_test() and set_tests_properties(). Both are replaced here, so that the name of a
# test begins with that of its build and a report says which one failed.

# The caller's arguments as code. They are copied one by one: ${ARGN} would take lists apart.
set(copy_arguments [==[
  set(arguments "[===[${build}.${name}]===]")
  set(position 1)
  while(position LESS ARGC)
    string(APPEND arguments " [===[${ARGV${position}}]===]")
    math(EXPR position "${position} + 1")
  endwhile()
]==])

function(add_test name)
  cmake_language(EVAL CODE "${copy_arguments}")
  cmake_language(EVAL CODE "_add_test(${arguments})")
endfunction()

function(set_tests_properties name)
  cmake_language(EVAL CODE "${copy_arguments}")
  cmake_language(EVAL CODE "_set_tests_properties(${arguments})")
endfunction()
