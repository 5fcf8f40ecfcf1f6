set(outage_libs longshore_testsupport_api longshore_testsupport_upload)
set(outage_harness SOURCES controllerharness.cpp controllerharness.h LIBS ${outage_libs})
longshore_test(tst_hostgate SOURCES gatetrial.h
  LIBS longshore_transfer longshore_testsupport_clock)
longshore_test(tst_hostgatewaits SOURCES gatetrial.h
  LIBS longshore_transfer longshore_testsupport_clock)
longshore_test(tst_lanetuner TIMEOUT 900 SOURCES simulatedline.cpp simulatedline.h LIBS longshore_transfer)
longshore_test(tst_linepace LIBS longshore_transfer)
longshore_test(tst_lineshare TIMEOUT 900 SOURCES simulatedline.cpp simulatedline.h LIBS longshore_transfer longshore_testsupport_clock)
longshore_test(tst_forecast LIBS longshore_transfer)
longshore_test(tst_serviceclock LIBS longshore_transfer longshore_testsupport_clock)
longshore_test(tst_fileconfirmation ${outage_harness})
longshore_test(tst_uploadoutage ${outage_harness})
longshore_test(tst_uploadwaits ${outage_harness})
longshore_test(tst_uploadclock ${outage_harness})
longshore_test(tst_uploadtotal ${outage_harness})
longshore_test(tst_uploadline
  SOURCES controllerharness.cpp controllerharness.h slowline.cpp slowline.h
  LIBS ${outage_libs})
longshore_test(tst_uploaddisk ${outage_harness})
