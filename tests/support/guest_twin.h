// The reason of a skip where this kernel refuses what a test is about: it names the same test in a
// guest, whose kernel has it. Not for anything else that is missing: tools/report_tests.py fails a
// run in which a test was skipped whose twin did not run and pass.
#pragma once

#include <string>

#include <gtest/gtest.h>

namespace weir::test {

/// `group` is the CTest test that boots the guest: "vm.bpf". Its program has the test that is
/// running now, under the same name.
inline std::string left_to_guest(const std::string& why, const std::string& group) {
  const auto& test = *testing::UnitTest::GetInstance()->current_test_info();
  return why + "; guest test: " + group + ": " + test.test_suite_name() + "." + test.name();
}

}  // namespace weir::test
