# Builds what runs in guests: the release build's weir, vm_test and steps_test. Nothing happens when
# they are up to date.
foreach(step "--preset;release"
  "--build;--preset;release;--target;weir;weir-deadman;vm_test;steps_test")
  execute_process(COMMAND ${CMAKE_COMMAND} ${step} WORKING_DIRECTORY ${PROJECT} RESULT_VARIABLE
    status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "the programs for the guests could not be built")
  endif()
endforeach()
