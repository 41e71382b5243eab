// Visitors: clients that connect, send something, and stay. Not a load: nothing is measured, and no
// visitor leaves before the end. (Crowd is for very many connections, over the loopback.)
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "lab/process.h"
#include "lab/shared.h"
#include "model/family.h"

namespace weir::lab {

/// The behaviour of a visitor after it has connected.
enum class Manner {
  keeps_alive,  ///< one HTTP/1.1 request; reads the answer, then stays idle
  trickles,     ///< the head of a request, a few bytes every `pause`, without end (slowloris)
  /// one HTTP/1.0 request; reads the answer and the server's end, and never closes its own:
  /// FIN_WAIT_2 at the server
  never_closes,
};

struct VisitorsOptions {
  std::string netns;  ///< the namespace of the visitors
  Family family = Family::ipv4;
  std::string address;
  int port = 8080;
  Manner manner = Manner::keeps_alive;
  int count = 100;                        ///< at most 28,000: they share one source address
  int per_second = 0;                     ///< that arrive; 0: as fast as possible
  Nanoseconds pause = milliseconds(500);  ///< between a trickle's bytes
};

class Visitors {
 public:
  /// Several processes hold the visitors, each far below RLIMIT_NOFILE. Returns at once.
  static Result<Visitors> invite(const VisitorsOptions& options);

  /// Visitors that have reached their resting state, and visitors whose connection failed or was
  /// ended by the server.
  [[nodiscard]] std::int64_t staying() const { return numbers_->staying; }
  [[nodiscard]] std::int64_t lost() const { return numbers_->lost; }
  /// Waits until this number of visitors stay. Errors: busy after `limit`.
  [[nodiscard]] Status wait_for(std::int64_t staying, Nanoseconds limit) const;

  struct Numbers {
    std::atomic<std::int64_t> staying, lost;
  };

 private:
  explicit Visitors(Shared<Numbers> numbers) : numbers_(std::move(numbers)) {}

  Shared<Numbers> numbers_;
  std::vector<ChildProcess> groups_;
};

}  // namespace weir::lab
