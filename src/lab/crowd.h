// Crowd: very many established connections that stay idle. Not a load: nothing is sent.
#pragma once

#include <vector>

#include "base/result.h"
#include "lab/namespace.h"
#include "lab/process.h"

namespace weir::lab {

class Crowd {
 public:
  /// Opens `connections` over the loopback of the namespace: twice this number of sockets. Several
  /// processes hold them, each far below RLIMIT_NOFILE. Takes some seconds. Errors: io, busy.
  static Result<Crowd> gather(const Namespace& place, int connections);

 private:
  std::vector<ChildProcess> members_;
};

}  // namespace weir::lab
