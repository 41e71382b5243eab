// The hosts of tuning_proof: a client's and a server's namespace, set up in one of several ways,
// and the measured loads. Not the comparison: lab/contest.h takes the turns.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lab/contest.h"
#include "lab/nginx.h"
#include "lab/path.h"
#include "lab/recipe.h"
#include "lab/server.h"
#include "lab/tuning.h"

namespace weir::bench {

/// One way of setting up a host.
struct Variant {
  std::string name;
  std::vector<lab::RecipeLine> recipe = {};
  /// If set, weir plans with this profile, or (empty) without a profile; the recipe is empty.
  std::optional<std::string> weir_profile = std::nullopt;
  /// false: the variant only shows what the path carries
  bool competes = true;
};

struct Timing {
  int rounds = 5;
  /// warm-up of each transfer: slow start, and buffers that grow
  Nanoseconds warm_up = milliseconds(1000);
  Nanoseconds measured = milliseconds(1000);
  int wrk_seconds = 4;
  Nanoseconds plan_window = seconds(2);
};

/// The settings that a variant left out and the changes that weir applied, as lines of text. A line
/// is for both ends unless it names one.
using Notes = std::vector<std::string>;

/// Long transfers from server to client.
struct BulkLoad {
  Nanoseconds round_trip;
  int flows = 1;
};
/// A host for a BulkLoad. measure() gives bits of payload per second.
class BulkHost {
 public:
  static Result<BulkHost> set_up(const Variant& variant, const BulkLoad& load,
                                 const std::string& weir, const Timing& timing, Notes& notes);
  [[nodiscard]] Result<std::vector<std::int64_t>> measure() const;

 private:
  BulkHost(lab::PathNetwork place, lab::ServerProcess server, BulkLoad load, Timing timing)
      : place_(std::move(place)), server_(std::move(server)), load_(load), timing_(timing) {}

  lab::PathNetwork place_;
  lab::ServerProcess server_;
  BulkLoad load_;
  Timing timing_;
};

/// nginx, and wrk with a connection for each request. measure() gives connections per second, the
/// 99th percentile in microseconds, and failed requests.
class WebHost {
 public:
  static Result<WebHost> set_up(const Variant& variant, const std::string& weir,
                                const Timing& timing, Notes& notes);
  [[nodiscard]] Result<std::vector<std::int64_t>> measure() const;

 private:
  WebHost(lab::Network place, lab::NginxProcess nginx, Timing timing)
      : place_(std::move(place)), nginx_(std::move(nginx)), timing_(timing) {}

  lab::Network place_;
  lab::NginxProcess nginx_;
  Timing timing_;
};

}  // namespace weir::bench
