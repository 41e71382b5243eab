// Namespace: a network namespace of the lab, with a guardian that removes it even if this process
// is killed. Not the kernel port: kernel/linux reads namespaces for weir.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "lab/process.h"

namespace weir::lab {

/// A network namespace "weir-PID-N" under /run/netns, with lo up. The destructor kills all
/// processes in it and removes it. Its guardian, a small process in a session of its own, does the
/// same if this process ends in any other way (a signal, SIGKILL, a crash).
class Namespace {
 public:
  /// Needs root. Errors: not_permitted, io.
  static Result<Namespace> create();

  Namespace(Namespace&&) noexcept = default;
  Namespace& operator=(Namespace&&) = delete;
  Namespace(const Namespace&) = delete;
  Namespace& operator=(const Namespace&) = delete;
  ~Namespace();

  [[nodiscard]] const std::string& name() const { return name_; }
  /// A folder for the files of processes in the namespace; it is removed with the namespace.
  [[nodiscard]] std::string folder() const;

  /// Writes a sysctl by its dotted name, inside the namespace only.
  [[nodiscard]] Status set_sysctl(const std::string& name, const std::string& value) const;
  /// A file such as "/proc/thread-self/net/netstat", as the namespace shows it.
  [[nodiscard]] Result<std::string> read_file(const std::string& path) const;

 private:
  Namespace(std::string name, UniqueFd lifeline, ChildProcess guardian);

  std::string name_;
  UniqueFd lifeline_;  ///< the guardian acts when this closes
  ChildProcess guardian_;
};

/// A client's and a server's namespace with a veth pair between them, IPv4 and IPv6.
struct Network {
  Namespace client;
  Namespace server;
};
inline constexpr const char* link_name = "weir0";  ///< at both ends
inline constexpr const char* client_ipv4 = "10.77.0.1";
inline constexpr const char* server_ipv4 = "10.77.0.2";
inline constexpr const char* client_ipv6 = "fd77::1";
inline constexpr const char* server_ipv6 = "fd77::2";
Result<Network> create_network();
/// Gives both ends of a link `link_name` their addresses and sets them up.
Status address_link(const Namespace& client, const Namespace& server);

/// Runs ip(8) inside the named namespace; empty: here. Errors: io (with its output), not_permitted
/// (not root).
Status run_ip(const std::vector<std::string>& arguments, const std::string& netns = {});

/// Moves the calling thread into the named namespace.
Status enter_namespace(const std::string& name);
/// Runs the function on a new thread inside the namespace and waits for it.
Status run_inside(const std::string& name, const std::function<void()>& function);

/// Removes namespaces "weir-PID-N" whose maker is dead, and returns their number.
/// Namespace::create() calls it.
int sweep_namespaces();

}  // namespace weir::lab
