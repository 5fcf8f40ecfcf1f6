longshore_test(tst_clisizes LIBS longshore_words)
longshore_test(tst_clicommandline LIBS longshore_words)
longshore_test(tst_clievents LIBS longshore_words)
longshore_test(tst_clihuman LIBS longshore_words)

# The built program, run as a process against a service in the test's own.
add_library(longshore_testsupport_cli STATIC
  ${CMAKE_SOURCE_DIR}/tests/support/clifixture.cpp ${CMAKE_SOURCE_DIR}/tests/support/clifixture.h
  ${CMAKE_SOURCE_DIR}/tests/support/cliprogram.cpp ${CMAKE_SOURCE_DIR}/tests/support/cliprogram.h)
target_include_directories(longshore_testsupport_cli PUBLIC ${CMAKE_SOURCE_DIR}/tests)
target_link_libraries(longshore_testsupport_cli PUBLIC longshore_options longshore_sandbox Qt6::Test)

function(longshore_cli_test name)
  longshore_test(${name} LIBS longshore_testsupport_cli)
  target_compile_definitions(${name} PRIVATE LONGSHORE_PROGRAM="$<TARGET_FILE:longshore>")
  add_dependencies(${name} longshore)
endfunction()

longshore_cli_test(tst_cli)
longshore_cli_test(tst_clitrouble)
longshore_cli_test(tst_clisignals)
longshore_cli_test(tst_clisandbox)
longshore_cli_test(tst_cliwindow)
target_compile_definitions(tst_cliwindow PRIVATE LONGSHORE_WINDOW_PROGRAM="$<TARGET_FILE:longshore_window>")
