// Transfer: a client that downloads from a server that streams, or uploads to a server that
// swallows (Behaviour). Not a load of visits: the connections stay until its end.
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

struct TransferOptions {
  std::string netns;  ///< the namespace of the client
  Family family = Family::ipv4;
  std::string address;
  int port = 8080;
  bool uploads = false;
  int flows = 1;
  /// SO_RCVBUF of a download, SO_SNDBUF of an upload; 0: the kernel's own tuning
  Bytes buffer{0};
  /// the rate of each flow; 0: as fast as possible
  std::int64_t bytes_per_second = 0;
  Nanoseconds duration = seconds(20);
};

class Transfer {
 public:
  static Result<Transfer> start(const TransferOptions& options);

  /// Connections made so far, and the payload moved over all of them.
  [[nodiscard]] std::int64_t connected() const { return progress_->connected; }
  [[nodiscard]] Bytes moved() const { return {progress_->moved}; }
  void stop() { child_.stop(SIGKILL, {0}); }

  struct Progress {
    std::atomic<std::int64_t> connected, moved;
  };

 private:
  Transfer(Shared<Progress> progress, ChildProcess child)
      : progress_(std::move(progress)), child_(std::move(child)) {}

  Shared<Progress> progress_;
  ChildProcess child_;
};

}  // namespace weir::lab
