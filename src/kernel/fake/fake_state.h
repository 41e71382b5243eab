// FakeState: the values that a FakeKernel answers with, a small struct for each port. Not what a
// change does to them: each port has a file for that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "kernel/fake/fake_probes.h"
#include "kernel/port/limits.h"
#include "kernel/wire/ethtool.h"
#include "kernel/wire/ethtool_settings.h"
#include "kernel/wire/neighbour.h"
#include "kernel/wire/route.h"
#include "kernel/wire/rtnetlink.h"
#include "kernel/wire/sock_diag.h"
#include "model/link.h"
#include "model/listener.h"
#include "model/root_qdisc.h"

namespace weir::kernel {

/// The files that the port Files reads and writes.
struct FakeTree {
  /// path → bytes: `files["/proc/sys/net/core/somaxconn"] = "4096\n"`; folders follow from the
  /// paths
  std::map<std::string, std::string> files;
  /// path → target: `links["/proc/7/fd/3"] = "socket:[77]"`
  std::map<std::string, std::string> links;
  std::set<std::string> folders;  ///< empty ones
  /// path → the error for reading, listing or writing it
  std::map<std::string, Error> failures;
  /// keys of interfaces below /proc/sys/net that were written, and no longer follow "default"
  std::set<std::string> own_keys;
};

/// The objects that the port Netlink shows and changes.
struct FakeNetwork {
  std::map<int, Error> netlink_failures;  ///< netlink protocol → the error of a dump
  std::vector<Link> network_links;        ///< rtnetlink shows these
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
  std::uint32_t last_handle = 0x8000;  ///< the major number of the last handle that it chose
  /// interfaces whose root has a filter
  std::set<std::int64_t> filtered_links;
  /// "4/20/2/400" (NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, AF_INET, state mask 0x400) or "0/18"
  /// (RTM_GETLINK) → recorded datagrams, instead of made ones
  std::map<std::string, std::vector<std::vector<std::byte>>> answers;
  /// nothing: a kernel before 5.14
  std::optional<std::uint64_t> namespace_cookie;
  /// this number of the next dumps carry NLM_F_DUMP_INTR
  int interrupted_dumps = 0;
};

/// The sockets that sock_diag shows through Netlink, and that the port Sockets changes.
struct FakeSocketTable {
  /// sock_diag shows these; set_backlog() changes `backlog`
  std::vector<Listener> listeners;
  /// sock_diag shows these if their state is asked for
  std::vector<wire::DiagSocket> sockets;
  /// bytes of tcp_info that the kernel knows; an older kernel knows fewer
  std::size_t tcp_info_size = SIZE_MAX;
};

/// The limits that the port Limits reads and changes.
struct FakeLimitTable {
  /// pid → its limit; add_process() makes one
  std::map<std::int64_t, FileLimit> file_limits;
  bool may_raise_limits = true;  ///< CAP_SYS_RESOURCE
};

/// One feature of a driver.
struct FakeFeature {
  std::string name;
  wire::FeatureState state;
};

/// The answers of one driver. A request without an answer fails like EOPNOTSUPP.
struct FakeNic {
  std::optional<wire::LinkSettings> settings;
  std::size_t mask_words = 4;  ///< of the kernel
  std::vector<std::pair<std::string, std::int64_t>> counters;
  std::int64_t channels = 0;
  std::optional<Error> error;  ///< every command fails with it
  /// has one more counter at each question for their number, as while queues are added
  bool grows = false;
  /// "ring.rx" → its number; a command is refused if none of its numbers is here
  std::map<std::string, std::uint32_t> numbers = {};
  std::map<std::string, std::uint32_t> maxima = {};  ///< likewise
  /// the driver rounds a new value up to a multiple of this
  std::uint32_t step = 1;
  std::vector<FakeFeature> features = {};
};

/// The drivers that the port Ethtool asks and changes.
struct FakeDrivers {
  std::map<std::string, FakeNic> nics;  ///< interface → what its driver answers to ethtool
};

/// The times that the port Clock reports.
struct FakeTimes {
  Nanoseconds boot_time = seconds(1000);
  Nanoseconds wall_time = seconds(1'700'000'000);
};

/// The state of all ports. A test may change it at any time. A port borrows only its own part,
/// unless its writes change the part of another port.
struct FakeState : FakeTree, FakeNetwork, FakeSocketTable, FakeLimitTable, FakeDrivers, FakeTimes {
  /// a kernel without BPF by default
  FakeProbeState probes;
};

}  // namespace weir::kernel
