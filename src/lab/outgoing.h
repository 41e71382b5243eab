// Outgoing: a program that is itself a client, like a proxy: it opens connections to one
// destination and holds them. Not a load: it sends no requests. Its own side limits it, or a silent
// destination.
#pragma once

#include <atomic>
#include <csignal>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/units.h"
#include "lab/process.h"
#include "lab/shared.h"
#include "model/family.h"

namespace weir::lab {

struct OutgoingOptions {
  std::string netns;
  Family family = Family::ipv4;
  std::string address;
  int port = 8080;
  int wanted = 100;                        ///< connections open, or being opened
  int per_second = 1000;                   ///< attempts, at most
  Nanoseconds patience = seconds(3);       ///< gives up an attempt without an answer
  Nanoseconds duration = seconds(20);      ///< then it closes everything
  std::string command = "weir-lab-proxy";  ///< its comm, up to 15 characters
};

class Outgoing {
 public:
  static Result<Outgoing> start(const OutgoingOptions& options);

  [[nodiscard]] pid_t pid() const { return child_.pid(); }
  [[nodiscard]] std::int64_t open() const { return numbers_->open; }
  /// Attempts that found no local port (EADDRNOTAVAIL), ran out of patience, or failed otherwise.
  [[nodiscard]] std::int64_t without_port() const { return numbers_->without_port; }
  [[nodiscard]] std::int64_t timed_out() const { return numbers_->timed_out; }
  [[nodiscard]] std::int64_t failed() const { return numbers_->failed; }
  void stop() { child_.stop(SIGKILL, {0}); }

  struct Numbers {
    std::atomic<std::int64_t> open, without_port, timed_out, failed;
  };

 private:
  Outgoing(Shared<Numbers> numbers, ChildProcess child)
      : numbers_(std::move(numbers)), child_(std::move(child)) {}

  Shared<Numbers> numbers_;
  ChildProcess child_;
};

}  // namespace weir::lab
