longshore_test(tst_engine SOURCES enginefixture.cpp enginefixture.h LIBS longshore_queue longshore_sandbox)
longshore_test(tst_machinewatch SOURCES enginefixture.cpp enginefixture.h
  LIBS longshore_queue longshore_sandbox longshore_testsupport_logind)
longshore_test(tst_machinenetwork SOURCES enginefixture.cpp enginefixture.h
  LIBS longshore_queue longshore_sandbox)
longshore_test(tst_engineintake LIBS longshore_queue)
longshore_test(tst_admission LIBS longshore_queue)
longshore_test(tst_requestline LIBS longshore_queue)
longshore_test(tst_queueorder LIBS longshore_queue)
longshore_test(tst_mailbox LIBS longshore_queue)
longshore_test(tst_engineresume SOURCES enginefixture.cpp enginefixture.h LIBS longshore_queue longshore_sandbox)
longshore_test(tst_enginehold SOURCES enginefixture.cpp enginefixture.h LIBS longshore_queue longshore_sandbox)
longshore_test(tst_enginedetails SOURCES enginefixture.cpp enginefixture.h LIBS longshore_queue longshore_sandbox)
longshore_test(tst_enginehistory SOURCES enginefixture.cpp enginefixture.h LIBS longshore_queue longshore_sandbox)
longshore_test(tst_enginescale TIMEOUT 900 SOURCES enginefixture.cpp enginefixture.h LIBS longshore_queue longshore_sandbox)
# Its own statx() takes the place of the system's.
longshore_test(tst_folderlisting LIBS longshore_queue ${CMAKE_DL_LIBS})
set_target_properties(tst_folderlisting PROPERTIES ENABLE_EXPORTS ON)
