# Tests on a network and a disk of their own, in namespaces. Containers may lack what that needs;
# then they are not registered, and the configuration says why.
if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
  message(STATUS
    "Not registered: faults_network, faults_slowline, faults_hungdisk: they are for Linux.")
  return()
endif()

execute_process(COMMAND id -u OUTPUT_VARIABLE user OUTPUT_STRIP_TRAILING_WHITESPACE)
set(unshare unshare)
if(NOT user EQUAL 0)
  set(unshare unshare --user --map-root-user)
endif()

# Sets `result` to whether the command works in such namespaces, and says which tests are left out
# otherwise.
function(longshore_works_unshared result tests)
  execute_process(COMMAND ${unshare} ${ARGN} RESULT_VARIABLE code ERROR_VARIABLE error OUTPUT_QUIET
    ERROR_STRIP_TRAILING_WHITESPACE)
  if(code EQUAL 0)
    set(${result} ON PARENT_SCOPE)
  else()
    message(STATUS "Not registered: ${tests}: ${code} ${error}")
    set(${result} OFF PARENT_SCOPE)
  endif()
endfunction()

# Joined by a line with delay, loss and a rate.
longshore_works_unshared(network_works "faults_network, faults_slowline"
  --net ip tuntap add dev probe mode tun)
if(network_works)
  add_executable(lossylink lossylink.cpp ownnamespace.h)
  set_target_properties(lossylink PROPERTIES AUTOMOC OFF)
  target_link_libraries(lossylink PRIVATE longshore_options)
  set(network_environment "LOSSYLINK=$<TARGET_FILE:lossylink>" "LONGSHORE_CURL=${LONGSHORE_CURL}")
  longshore_fault_test(network network.test.mjs ENVIRONMENT ${network_environment})
  longshore_fault_test(slowline slowline.test.mjs ENVIRONMENT ${network_environment})
endif()

# A disk that stops answering.
longshore_works_unshared(fuse_works faults_hungdisk --mount sh -c
  "exec 3<>/dev/fuse && mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 probe /mnt")
if(fuse_works)
  add_executable(hangingdisk hangingdisk.cpp ownnamespace.h)
  set_target_properties(hangingdisk PROPERTIES AUTOMOC OFF)
  target_link_libraries(hangingdisk PRIVATE longshore_options)
  longshore_fault_test(hungdisk hungdisk.test.mjs
    ENVIRONMENT "HANGINGDISK=$<TARGET_FILE:hangingdisk>")
endif()
