// KnownSockets: TCP sockets in every state that one process can make, in their own namespace, with
// the number of each. Not a load: they are made once and do not change.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "lab/namespace.h"
#include "model/family.h"

namespace weir::scenario {

inline constexpr int established_port = 8001;
inline constexpr int half_open_port = 8002;
inline constexpr int closing_port = 8003;  ///< the clients of this port close first
inline constexpr int closed_port = 8004;   ///< this port closes first
inline constexpr int silent_port = 9;      ///< the port of a neighbour that never answers

/// The number of sockets of each kind. All numbers differ, so a test cannot confuse two kinds.
inline constexpr int established_pairs = 5;
inline constexpr int half_open_requests = 11;
inline constexpr int client_time_waits = 7;
inline constexpr int server_time_waits = 3;
inline constexpr int close_waits = 4;        ///< the other end of each is an orphan in FIN_WAIT2
inline constexpr int half_closed_pairs = 2;  ///< CLOSE_WAIT and FIN_WAIT2, both still owned
inline constexpr int unanswered_connects = 6;
inline constexpr int listeners = 4;

class KnownSockets {
 public:
  /// Makes all sockets but the half-open ones, on 127.0.0.1 or ::1. Errors: io.
  static Result<KnownSockets> make(const lab::Namespace& place, Family family);
  /// Sends SYNs from addresses that will never answer to half_open_port. Errors: io.
  [[nodiscard]] Status send_syns(int count);
  /// Opens one more listener, and closes it. Errors: io.
  [[nodiscard]] Status open_late_listener(int port);
  void close_late_listener() { late_ = UniqueFd(); }

  [[nodiscard]] const char* host_address() const {
    return family_ == Family::ipv6 ? "fd88::1" : "10.88.0.1";
  }

 private:
  KnownSockets(const lab::Namespace& place, Family family) : place_(place), family_(family) {}
  [[nodiscard]] Status inside(const std::function<Status()>& body) const;
  Status prepare_neighbour();
  Status make_all();
  Status make_pairs(const UniqueFd& listener, int port, int count,
                    const std::function<void(UniqueFd client, UniqueFd server)>& keep);

  const lab::Namespace& place_;
  Family family_;
  std::vector<UniqueFd> sockets_;
  UniqueFd late_;
  int next_source_port_ = 20'000;
};

}  // namespace weir::scenario
