// Flood: packets of one kind at a rate, each from another forged source, for a limited time. Not a
// client: it reads no answers. Only inside namespaces that the lab made.
#pragma once

#include <atomic>
#include <csignal>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/units.h"
#include "lab/namespace.h"
#include "lab/process.h"
#include "lab/shared.h"
#include "model/family.h"

namespace weir::lab {

enum class FloodKind { syn, ack, rst, udp, icmp_echo };

struct FloodOptions {
  FloodKind kind = FloodKind::syn;
  Family family = Family::ipv4;
  int port = 8080;  ///< of the server; not used for icmp_echo
  std::int64_t packets_per_second = 1000;
  Nanoseconds duration = seconds(6);
  std::uint64_t seed = 1;
};

class Flood {
 public:
  /// From the client to the server of a network. Sources are random addresses of 198.18.0.0/15 and
  /// 2001:2::/48, the ranges for benchmarks (RFC 2544, RFC 5180). The server gets a route back to
  /// them, and the client drops the answers. Errors: io, not_permitted.
  static Result<Flood> start(const Network& network, const FloodOptions& options);

  /// Packets sent so far.
  [[nodiscard]] std::int64_t sent() const { return *sent_; }
  void stop() { child_.stop(SIGKILL, {0}); }

 private:
  Flood(Shared<std::atomic<std::int64_t>> sent, ChildProcess child)
      : sent_(std::move(sent)), child_(std::move(child)) {}

  Shared<std::atomic<std::int64_t>> sent_;
  ChildProcess child_;
};

}  // namespace weir::lab
