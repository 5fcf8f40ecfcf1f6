add_library(longshore_testsupport_bus STATIC
  ${CMAKE_SOURCE_DIR}/tests/support/privatebus.cpp ${CMAKE_SOURCE_DIR}/tests/support/privatebus.h)
target_include_directories(longshore_testsupport_bus PUBLIC ${CMAKE_SOURCE_DIR}/tests)
target_link_libraries(longshore_testsupport_bus PUBLIC longshore_options Qt6::DBus)

longshore_test(tst_colorscheme LIBS longshore_platform longshore_testsupport_bus)
longshore_test(tst_desktopnotifications LIBS longshore_platform longshore_testsupport_bus)

# A program that asks the keychain of its environment once.
add_executable(keychainuser keychainuser.cpp)
target_link_libraries(keychainuser PRIVATE longshore_options longshore_platform)
longshore_test(tst_keychain LIBS longshore_platform longshore_testsupport_bus)
add_dependencies(tst_keychain keychainuser)

# A start of the program, as far as the single instance goes.
add_executable(instancestart instancestart.cpp)
target_link_libraries(instancestart PRIVATE longshore_options longshore_platform)
longshore_test(tst_handover LIBS longshore_platform)
longshore_test(tst_singleinstance SOURCES childprocess.cpp childprocess.h LIBS longshore_platform)
add_dependencies(tst_singleinstance instancestart)
