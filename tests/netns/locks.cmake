# CTest reads this file: a test that needs the machine runs beside neither lane, nor beside a guest.
foreach(test IN LISTS netns_soak netns_alone)
  set_tests_properties(${test} PROPERTIES RESOURCE_LOCK "cpu;lane_ipv4;lane_ipv6")
endforeach()
