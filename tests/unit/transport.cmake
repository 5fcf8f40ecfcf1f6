# The same tests for both builds; they know what Qt's own HTTP cannot do by LONGSHORE_CURL.
add_library(longshore_transporttesting STATIC
  ${CMAKE_CURRENT_LIST_DIR}/parttesting.cpp ${CMAKE_CURRENT_LIST_DIR}/parttesting.h
  ${CMAKE_CURRENT_LIST_DIR}/rawserver.cpp ${CMAKE_CURRENT_LIST_DIR}/rawserver.h)
target_include_directories(longshore_transporttesting PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_compile_definitions(longshore_transporttesting PUBLIC
  $<$<BOOL:${LONGSHORE_CURL}>:LONGSHORE_CURL>
  PRIVATE TRANSPORT_TEST_DATA="${CMAKE_CURRENT_LIST_DIR}/data/transport")
target_link_libraries(longshore_transporttesting PUBLIC
  longshore_options longshore_transport Qt6::Network Qt6::Test Threads::Threads)

longshore_test(tst_controlmanagers LIBS longshore_transport Qt6::Network)
longshore_test(tst_partaccessmanager LIBS longshore_transporttesting)
longshore_test(tst_partaccessmanageranswers LIBS longshore_transporttesting)
longshore_test(tst_partaccessmanagerbody LIBS longshore_transporttesting)
longshore_test(tst_partaccessmanagerprogress LIBS longshore_transporttesting)
longshore_test(tst_partaccessmanagerfaults LIBS longshore_transporttesting)
longshore_test(tst_partaccessmanagerabort LIBS longshore_transporttesting)
longshore_test(tst_partaccessmanagertls LIBS longshore_transporttesting)
longshore_test(tst_partaccessmanagerproxy LIBS longshore_transporttesting)
if(LONGSHORE_CURL)
  longshore_test(tst_partaccessmanagertables LIBS longshore_transporttesting CURL::libcurl)
endif()
