// The reason of a skip where this kernel refuses the subject of a test: it names the same test in a
// guest, whose kernel has the subject. Not for any other reason: tools/report_tests.py fails the
// run unless the guest's test ran and passed.
#pragma once

#include <string>

#include <gtest/gtest.h>

namespace weir::test {

/// `group` is the CTest test that boots the guest: "vm.bpf". Its program has the running test under
/// the same name.
inline std::string left_to_guest(const std::string& why, const std::string& group) {
  const auto& test = *testing::UnitTest::GetInstance()->current_test_info();
  return why + "; guest test: " + group + ": " + test.test_suite_name() + "." + test.name();
}

}  // namespace weir::test
