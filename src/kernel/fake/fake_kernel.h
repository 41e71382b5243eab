// FakeKernel: a kernel made of values, for tests: files as literals, netlink answers as real bytes,
// a clock that jumps, a journal of writes. Not a simulation of TCP: only the test moves queues.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kernel/fake/fake_ethtool.h"
#include "kernel/fake/fake_probes.h"
#include "kernel/fake/fake_write.h"
#include "kernel/port/kernel.h"
#include "kernel/wire/interface_address.h"
#include "kernel/wire/neighbour.h"
#include "kernel/wire/route.h"
#include "kernel/wire/sock_diag.h"
#include "model/root_qdisc.h"

namespace weir::kernel {

/// The values behind the answers of a FakeKernel; a test may change them at any time.
struct FakeState {
  /// path → bytes: `files["/proc/sys/net/core/somaxconn"] = "4096\n"`; folders follow from the
  /// paths
  std::map<std::string, std::string> files;
  /// path → target: `links["/proc/7/fd/3"] = "socket:[77]"`
  std::map<std::string, std::string> links;
  std::set<std::string> folders;  ///< empty ones
  /// path → the error for reading, listing or writing it
  std::map<std::string, Error> failures;
  std::map<int, Error> netlink_failures;  ///< netlink protocol → the error of a dump
  /// sock_diag shows these; set_backlog() changes `backlog`
  std::vector<Listener> listeners;
  /// sock_diag shows these if their state is asked for
  std::vector<wire::DiagSocket> sockets;
  std::vector<Link> network_links;  ///< rtnetlink shows these
  std::vector<wire::InterfaceAddress> addresses;
  std::vector<wire::Route> routes;
  std::vector<wire::Neighbour> neighbours;
  std::vector<Qdisc> qdiscs;
  /// rtnetlink shows these beside `qdiscs`; changes of a root change these
  std::vector<QdiscSetup> qdisc_setups;
  /// interface → the discipline that the kernel makes when the root is deleted
  std::map<std::int64_t, QdiscSetup> default_roots;
  /// kind → the options of a new one
  std::map<std::string, std::map<std::string, std::string>> qdisc_defaults;
  /// interfaces whose root has a filter
  std::set<std::int64_t> filtered_links;
  /// pid → its limit; add_process() makes one
  std::map<std::int64_t, FileLimit> file_limits;
  bool may_raise_limits = true;  ///< CAP_SYS_RESOURCE
  /// interface → its driver's answers to ethtool
  std::map<std::string, FakeNic> nics;
  /// netlink_key() → recorded datagrams, instead of made ones
  std::map<std::string, std::vector<std::vector<std::byte>>> answers;
  /// bytes of tcp_info that the kernel knows; an older kernel knows fewer
  std::size_t tcp_info_size = SIZE_MAX;
  /// nothing: a kernel before 5.14
  std::optional<std::uint64_t> namespace_cookie;
  /// a kernel without BPF by default
  FakeProbeState probes;
  /// this number of the next dumps carry NLM_F_DUMP_INTR
  int interrupted_dumps = 0;
  Nanoseconds boot_time = seconds(1000);
  Nanoseconds wall_time = seconds(1'700'000'000);
};

/// The name of a recorded answer: "4/20/2/400" is NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, AF_INET,
/// state mask 0x400; "0/18" is RTM_GETLINK.
[[nodiscard]] std::string netlink_key(int protocol, std::uint16_t type, std::uint8_t family,
                                      std::uint32_t states);

class FakeKernel {
 public:
  FakeKernel();
  FakeKernel(const FakeKernel&) = delete;
  FakeKernel& operator=(const FakeKernel&) = delete;
  FakeKernel(FakeKernel&&) = delete;
  FakeKernel& operator=(FakeKernel&&) = delete;
  ~FakeKernel();

  [[nodiscard]] Kernel kernel();
  [[nodiscard]] FakeState& state();

  /// Adds /proc/PID with everything that sense reads of a process: stat, limits, cgroup, one
  /// thread, and a link in fd/ for each given descriptor. If `files` is larger, the free numbers
  /// from 0 on are links to /dev/null.
  void add_process(const Process& process,
                   const std::map<std::int64_t, std::string>& descriptors = {});
  /// Adds the listener, and for each of its owners the link /proc/PID/fd/FD.
  void add_listener(const Listener& listener);

  /// Runs the change when the clock reaches this CLOCK_BOOTTIME, also inside a sleep_until() that
  /// goes beyond it. Changes run in order of time.
  void at(Nanoseconds boot_time, std::function<void(FakeState&)> change);
  /// The sleep that would pass this time ends there, once, and returns false.
  void interrupt_at(Nanoseconds boot_time);

  /// All requested writes, of all ports together.
  [[nodiscard]] const std::vector<FakeWrite>& writes() const;
  /// The n-th write from now on (1 is the next one) fails with this error and changes nothing.
  void fail_write(std::int64_t n, Error error);
  /// Called at every write, before and after its effect. A test may end the process inside the
  /// hook.
  enum class Moment { before, after };
  void on_write(std::function<void(Moment, const FakeWrite&)> hook);
  /// Called before each read of a file, with its path.
  void on_read(std::function<void(const std::string&)> hook);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace weir::kernel
