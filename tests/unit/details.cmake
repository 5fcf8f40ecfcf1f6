longshore_test(tst_partcells LIBS longshore_models)
longshore_test(tst_partmodel LIBS longshore_models)
longshore_test(tst_partorder LIBS longshore_models)
longshore_test(tst_uploadlog LIBS longshore_models)

# These paint, onto no screen.
longshore_test(tst_details LIBS longshore_details longshore_resources)
longshore_test(tst_detailslayout LIBS longshore_details longshore_resources)
longshore_test(tst_partmap LIBS longshore_details longshore_resources)
longshore_test(tst_windowbars LIBS longshore_ui)
longshore_test(tst_queueview LIBS longshore_ui)
