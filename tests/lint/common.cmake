# Shared by the rules. ROOT is the tree to look at.
cmake_minimum_required(VERSION 3.25)

set(problem_count 0)

# problem(TEXT): a breach, told with all the others by report().
macro(problem text)
  message("${text}")
  math(EXPR problem_count "${problem_count} + 1")
endmacro()

macro(report rule)
  if(problem_count GREATER 0)
    message(FATAL_ERROR "${rule}: ${problem_count} to mend, listed above")
  endif()
endmacro()

# Sets `variable` to all of our text files, relative to ROOT.
function(own_files variable)
  file(GLOB_RECURSE files RELATIVE "${ROOT}"
    "${ROOT}/app/*" "${ROOT}/ui/*" "${ROOT}/resources/*" "${ROOT}/tests/*" "${ROOT}/installer/*" "${ROOT}/.ci/*")
  file(GLOB top RELATIVE "${ROOT}" "${ROOT}/*.txt" "${ROOT}/*.json" "${ROOT}/*.md" "${ROOT}/.*")
  list(APPEND files ${top})
  list(FILTER files EXCLUDE REGEX "(^|/)node_modules/|\\.(png|ico|icns|qm|pem)$|^\\.git$")
  list(LENGTH files count)
  if(count EQUAL 0)
    message(FATAL_ERROR "no file of ours below ${ROOT}")
  endif()
  set(${variable} "${files}" PARENT_SCOPE)
endfunction()
