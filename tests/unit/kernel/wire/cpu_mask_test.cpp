#include "kernel/wire/cpu_mask.h"

#include <gtest/gtest.h>

namespace weir::wire::cpu_mask_test {

TEST(CpuMask, EqualMasksHaveOneText) {
  EXPECT_EQ(normalize_cpu_mask("00000000,0000000f\n"), "f");
  EXPECT_EQ(normalize_cpu_mask("1,0000000F"), "10000000f");
  EXPECT_EQ(normalize_cpu_mask("1,f"), "10000000f");
  EXPECT_EQ(normalize_cpu_mask("0"), "0");
  EXPECT_EQ(normalize_cpu_mask("00000000"), "0");
  for (const char* text : {"", ",", "f,", "g", "123456789,0"})
    EXPECT_EQ(normalize_cpu_mask(text), std::nullopt) << text;
  EXPECT_EQ(group_cpu_mask("f"), "f");
  EXPECT_EQ(group_cpu_mask("10000000f"), "1,0000000f");
}

}  // namespace weir::wire::cpu_mask_test
