// Wrk: runs wrk (Debian package wrk) and reads its output. Not a load of connections: load.h
// measures those.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/units.h"
#include "lab/process.h"

namespace weir::lab {

struct WrkOptions {
  std::string netns;
  std::string url;
  int connections = 8;
  int seconds = 5;
  bool keep_alive = true;  ///< false: "Connection: close" with every request
};

struct WrkResult {
  std::int64_t requests = 0;
  double requests_per_second = 0;
  /// 99 of 100 requests were answered within this time, without their connection's handshake
  Nanoseconds p99;
  std::int64_t connect_errors = 0;
  std::int64_t read_errors = 0;
  std::int64_t write_errors = 0;
  std::int64_t timeouts = 0;
  std::int64_t bad_answers = 0;  ///< other than 2xx and 3xx

  [[nodiscard]] std::int64_t failed() const {
    return connect_errors + read_errors + write_errors + timeouts + bad_answers;
  }
};

/// Parses the output of wrk 4. Errors: malformed.
Result<WrkResult> parse_wrk(std::string_view text);

class Wrk {
 public:
  static Result<Wrk> start(const WrkOptions& options);
  Result<WrkResult> finish();

 private:
  Wrk(ChildProcess child, Nanoseconds limit) : child_(std::move(child)), limit_(limit) {}

  ChildProcess child_;
  Nanoseconds limit_;
};

}  // namespace weir::lab
