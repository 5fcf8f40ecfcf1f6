longshore_test(tst_sandboxrules LIBS longshore_sandbox)
longshore_test(tst_sandboxmultipart LIBS longshore_sandbox)
longshore_test(tst_sandboxfaults LIBS longshore_sandbox)

# The service without a network.
foreach(test tst_sandboxuploads tst_sandboxfiles)
  longshore_test(${test}
    SOURCES sandboxservice.cpp sandboxservice.h
    LIBS longshore_sandbox)
endforeach()

# The whole server, by a client that sends what it is told.
foreach(test tst_sandboxhttp tst_sandboxrefusals tst_sandboxfaulthttp)
  longshore_test(${test}
    SOURCES sandboxclient.cpp sandboxclient.h
    LIBS longshore_sandbox Qt6::Network)
endforeach()
