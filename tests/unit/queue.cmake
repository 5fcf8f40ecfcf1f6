# Uploads and child processes that the tests of the journal and of the locks share.
add_library(journaltesting STATIC
  childprocess.cpp childprocess.h
  journaldamage.cpp journaldamage.h
  journalsamples.cpp journalsamples.h
  oldjournals.cpp oldjournals.h)
target_compile_definitions(journaltesting
  PRIVATE JOURNAL_TEST_DATA="${CMAKE_CURRENT_LIST_DIR}/data/journal")
target_include_directories(journaltesting INTERFACE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(journaltesting PUBLIC longshore_journal Qt6::Sql)

longshore_test(tst_journal LIBS journaltesting)
longshore_test(tst_journalchanges LIBS journaltesting)
longshore_test(tst_journalfile LIBS journaltesting)
longshore_test(tst_journalmigration LIBS journaltesting)
longshore_test(tst_journalended LIBS journaltesting)

longshore_test(tst_uploadseals LIBS journaltesting)
longshore_test(tst_journaldamage TIMEOUT 600 LIBS journaltesting)
longshore_test(tst_journalreplacement LIBS journaltesting)
longshore_test(tst_journaltrouble LIBS journaltesting)
longshore_test(tst_journalpruning LIBS journaltesting)

add_executable(journalwriter journalwriter.cpp)
target_link_libraries(journalwriter PRIVATE journaltesting)
longshore_test(tst_journalcrash LIBS journaltesting)
add_dependencies(tst_journalcrash journalwriter)
longshore_test(tst_journalhandover LIBS journaltesting)
add_dependencies(tst_journalhandover journalwriter)

add_executable(lockholder lockholder.cpp)
target_link_libraries(lockholder PRIVATE journaltesting)
longshore_test(tst_uploadlock LIBS journaltesting)
add_dependencies(tst_uploadlock lockholder)
