add_library(longshore_testsupport_bus STATIC
  ${CMAKE_SOURCE_DIR}/tests/support/privatebus.cpp ${CMAKE_SOURCE_DIR}/tests/support/privatebus.h)
target_include_directories(longshore_testsupport_bus PUBLIC ${CMAKE_SOURCE_DIR}/tests)
target_link_libraries(longshore_testsupport_bus PUBLIC longshore_options Qt6::DBus)

longshore_test(tst_colorscheme LIBS longshore_platform longshore_testsupport_bus)
longshore_test(tst_desktopnotifications LIBS longshore_platform longshore_testsupport_bus)
longshore_test(tst_localbus LIBS longshore_platform longshore_testsupport_bus)

# Sleep, the end of the machine, and its network.
add_library(longshore_testsupport_logind STATIC
  ${CMAKE_SOURCE_DIR}/tests/support/fakelogind.h ${CMAKE_SOURCE_DIR}/tests/support/fakelogind.cpp)
target_link_libraries(longshore_testsupport_logind PUBLIC longshore_testsupport_bus)
longshore_test(tst_sleepinhibitor LIBS longshore_platform longshore_testsupport_logind)
longshore_test(tst_sleepwatch LIBS longshore_platform longshore_testsupport_logind)
longshore_test(tst_shutdownwatch LIBS longshore_platform longshore_testsupport_logind)
longshore_test(tst_networklook LIBS longshore_platform)
longshore_test(tst_networkstate LIBS longshore_platform longshore_testsupport_bus)
longshore_test(tst_networkchanges LIBS longshore_platform)

# A program that hears signals and is too busy to follow them.
add_executable(signalled signalled.cpp)
target_link_libraries(signalled PRIVATE longshore_options longshore_platform)
longshore_test(tst_processsignals LIBS longshore_platform)
add_dependencies(tst_processsignals signalled)

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

# What the other programs do at their end is done by tests/support/calmexit.cpp.
if(TARGET OpenSSL::Crypto)
  longshore_test(tst_tlscleanup LIBS OpenSSL::Crypto)
endif()
