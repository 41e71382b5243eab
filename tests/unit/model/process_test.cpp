// The name of a process for display.
#include "model/process.h"

#include <gtest/gtest.h>

namespace weir::process_test {

TEST(ProcessName, IsTheCommandAndTheId) { EXPECT_EQ(process_name(812, "nginx"), "nginx (812)"); }

TEST(ProcessName, WithoutACommandIsTheIdAlone) { EXPECT_EQ(process_name(812, ""), "process 812"); }

}  // namespace weir::process_test
