#include "lab/wrk.h"

#include <gtest/gtest.h>

namespace weir::lab::wrk_test {

TEST(ParseWrk, ReadsRequestsAndErrors) {
  const auto result = parse_wrk(
      "Running 2s test @ http://10.77.0.2:8080/\n  1 threads and 8 connections\n  Thread Stats   Avg      Stdev     Max   +/- Stdev\n"
      "    Latency   100.00us    1.00us   2.00ms   90.00%\n  Latency Distribution\n     50%  100.00us\n     99%    1.25ms\n  2047 requests in 2.00s, 300.00KB read\n  Socket errors: connect 1, read 22, write 3, timeout 4\n"
      "  Non-2xx or 3xx responses: 5\nRequests/sec:   1023.50\nTransfer/sec:    150.00KB\n");
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->requests, 2047);
  EXPECT_EQ(result->connect_errors, 1);
  EXPECT_EQ(result->read_errors, 22);
  EXPECT_EQ(result->write_errors, 3);
  EXPECT_EQ(result->timeouts, 4);
  EXPECT_EQ(result->bad_answers, 5);
  EXPECT_EQ(result->failed(), 35);
  EXPECT_DOUBLE_EQ(result->requests_per_second, 1023.5);
  EXPECT_EQ(result->p99, Nanoseconds{1'250'000});
  EXPECT_FALSE(parse_wrk("unable to connect to 10.77.0.2:8080 Connection refused").ok());
}

}  // namespace weir::lab::wrk_test
