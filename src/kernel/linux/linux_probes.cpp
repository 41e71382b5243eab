#include "kernel/linux/linux_probes.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include <sys/utsname.h>
#include <unistd.h>

#include "base/text.h"
#include "bpf/loader.h"
#include "kernel/linux/bpf_call.h"
#include "kernel/linux/system_error.h"
#include "kernel/wire/lines.h"

namespace weir::kernel {
namespace {

constexpr const char* kernel_types_path = "/sys/kernel/btf/vmlinux";
/// a place is a 16-bit number, and two of these have other meanings: bpf/count_sockets.bpf.c
constexpr std::uint32_t most_ports = 65'534;
constexpr std::size_t log_size = std::size_t{256} << 10U;
constexpr std::size_t longest_quote = 160;

/// Since this version the kernel itself resolves types (bpf_core_apply, kernel/bpf/btf.c).
struct KernelVersion {
  std::int64_t major = 0;
  std::int64_t minor = 0;

  friend auto operator<=>(const KernelVersion&, const KernelVersion&) = default;
};
constexpr KernelVersion first_version{5, 17};

/// "6.1.0-18-amd64" → 6, 1. A kernel with an unknown version scheme does not count as old.
KernelVersion read_version() {
  utsname name{};
  if (uname(&name) != 0) return first_version;
  const std::string_view release = name.release;
  const auto dot = release.find('.');
  if (dot == std::string_view::npos) return first_version;
  const auto minor = release.substr(dot + 1);
  const auto major_number = parse_integer(release.substr(0, dot));
  const auto minor_number = parse_integer(minor.substr(0, minor.find_first_not_of("0123456789")));
  return major_number && minor_number ? KernelVersion{*major_number, *minor_number} : first_version;
}

/// Loads a program; the argument receives the verifier's messages. Returns 0 or a negative errno.
using LoadProgram = std::function<int(const weir_verifier_log&)>;

/// The verifier's last message before its closing statistics ("processed 12 insns …"), shortened.
/// Loads the program again to get the messages.
std::string quote_verifier(const LoadProgram& load) {
  std::vector<char> log(log_size, '\0');
  load({log.data(), static_cast<__u32>(log.size())});
  std::string last;
  wire::LineReader lines(std::string_view(log.data(), strnlen(log.data(), log.size())));
  while (const auto line = lines.next()) {
    if (!trim(*line).empty() && !line->starts_with("processed ")) last = trim(*line);
  }
  return last.size() > longest_quote ? last.substr(0, longest_quote) + "…" : last;
}

/// `what` is the program: "the BPF program that counts sockets".
Error explain_load_failure(int error_number, const std::string& what, const LoadProgram& load) {
  const auto required = wire::tracing_programs();
  const auto privileges = read_own_privileges();
  // If only CAP_PERFMON is missing, the kernel refuses the loader with EINVAL, as a kernel without
  // this loader does.
  if (error_number == EPERM || (privileges && !wire::meets(*privileges, required)))
    return make_refusal(what, required);
  if (error_number == ENOMEM || error_number == EMFILE || error_number == ENFILE)
    return system_error(error_number, "cannot load " + what);
  if (read_version() < first_version)
    return make_error(ErrorCode::unsupported, what + " needs Linux 5.17");
  if (error_number == ENOSYS)
    return make_error(ErrorCode::unsupported, "this kernel has no BPF (CONFIG_BPF_SYSCALL)");
  if (access(kernel_types_path, F_OK) != 0) {
    return make_error(
        ErrorCode::unsupported,
        "this kernel does not describe its types (CONFIG_DEBUG_INFO_BTF), which BPF programs need");
  }
  const std::string quote = quote_verifier(load);
  if (error_number == EACCES && quote.empty()) return make_refusal(what, required);
  const std::string reason = quote.empty() ? "" : " (" + quote + ")";
  return make_error(
      ErrorCode::io,
      system_error(error_number, "this kernel does not load " + what).message + reason);
}

/// A refusal after the loading, when the program is attached or run.
Status explain_denial(Status status, const std::string& what) {
  if (!status.ok() && status.error().code == ErrorCode::not_permitted)
    return make_refusal(what, wire::tracing_programs());
  return status;
}

Result<UniqueFd> attach(int program, const std::string& what) {
  auto link = attach_iterator(program);
  if (!link.ok() && link.error().code == ErrorCode::not_permitted)
    return make_refusal(what, wire::tracing_programs());
  return link;
}

std::span<const std::byte> bytes_of(const void* memory, std::size_t size) {
  return {static_cast<const std::byte*>(memory), size};
}

}  // namespace

class LinuxProbes::ListenerReader {
 public:
  static Result<std::unique_ptr<ListenerReader>> load() {
    auto made = std::make_unique<ListenerReader>();
    const LoadProgram load = [&](const weir_verifier_log& log) {
      weir_listener_reader_unload(&made->reader_);
      return weir_listener_reader_load(&made->reader_, &log);
    };
    if (const int failure = load({}); failure < 0)
      return explain_load_failure(-failure, what, load);
    WEIR_TRY(made->link_, attach(made->reader_.program, what));
    return made;
  }

  ListenerReader() = default;
  ListenerReader(const ListenerReader&) = delete;
  ListenerReader& operator=(const ListenerReader&) = delete;
  ListenerReader(ListenerReader&&) = delete;
  ListenerReader& operator=(ListenerReader&&) = delete;
  ~ListenerReader() { weir_listener_reader_unload(&reader_); }

  Status read(const NetworkNamespace& netns, std::size_t expected, const Visitor& visitor) {
    if (expected == 0) return {};
    weir_walk& walk = *reader_.walk;
    walk = {};
    walk.listeners = static_cast<__u32>(std::min<std::size_t>(expected, UINT32_MAX));
    {
      WEIR_TRY(const auto visit, netns.enter());
      WEIR_CHECK(explain_denial(run_iterator(
                                    link_.get(), [&] { return walk.done != 0; }, visitor),
                                what));
    }
    if (walk.has_last != 0) visitor(bytes_of(&walk.last, sizeof walk.last));
    return {};
  }

 private:
  static constexpr const char* what = "the BPF program that reads SYN queues";

  weir_listener_reader reader_{};
  UniqueFd link_;
};

class LinuxProbes::Counter {
 public:
  static Result<std::unique_ptr<Counter>> load(const ProbeLimits& limits) {
    auto made = std::make_unique<Counter>();
    const weir_counter_limits bounds{std::clamp(limits.ports, 1U, most_ports),
                                     std::max(limits.outgoing, 1U)};
    const LoadProgram load = [&](const weir_verifier_log& log) {
      weir_counter_unload(&made->counter_);
      return weir_counter_load(&made->counter_, &bounds, &log);
    };
    if (const int failure = load({}); failure < 0)
      return explain_load_failure(-failure, what, load);
    WEIR_TRY(made->link_, attach(made->counter_.program, what));
    return made;
  }

  Counter() = default;
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;
  Counter(Counter&&) = delete;
  Counter& operator=(Counter&&) = delete;
  ~Counter() { weir_counter_unload(&counter_); }

  Status count(const NetworkNamespace& netns, const Visitor& visitor) {
    if (!is_clean_) WEIR_CHECK(visit_outgoing([](std::span<const std::byte>) {}));
    std::memset(counter_.count, 0, sizeof(weir_count));
    std::memset(counter_.places, 0, sizeof(weir_places));
    is_clean_ = false;
    {
      WEIR_TRY(const auto visit, netns.enter());
      WEIR_CHECK(
          explain_denial(run_iterator(
                             link_.get(), [] { return false; }, [](std::span<const std::byte>) {}),
                         what));
    }
    visitor(bytes_of(counter_.ports, std::min(counter_.count->ports_used, counter_.most_ports) *
                                         sizeof(weir_port)));
    WEIR_CHECK(visit_outgoing(visitor));
    is_clean_ = true;
    weir_totals totals = counter_.count->totals;
    totals.head = {WEIR_TOTALS, sizeof totals};
    visitor(bytes_of(&totals, sizeof totals));
    return {};
  }

 private:
  static constexpr const char* what = "the BPF program that counts sockets";

  Status visit_outgoing(const Visitor& visitor) {
    std::vector<weir_outgoing> records;
    const auto status = drain_hash(
        counter_.outgoing, {sizeof(weir_tuple), sizeof(weir_tuple_counts)},
        [&](std::uint32_t count, const std::byte* keys, const std::byte* values) {
          records.assign(count, weir_outgoing{});
          for (std::size_t i = 0; i < count; ++i) {
            records[i].head = {WEIR_OUTGOING, sizeof(weir_outgoing)};
            std::memcpy(&records[i].tuple, keys + i * sizeof(weir_tuple), sizeof(weir_tuple));
            std::memcpy(&records[i].counts, values + i * sizeof(weir_tuple_counts),
                        sizeof(weir_tuple_counts));
          }
          visitor(bytes_of(records.data(), records.size() * sizeof(weir_outgoing)));
        });
    return explain_denial(status, what);
  }

  weir_counter counter_{};
  UniqueFd link_;
  bool is_clean_ = true;  ///< the hash of outgoing connections is empty
};

LinuxProbes::LinuxProbes(const NetworkNamespace& netns) : netns_(netns) {}
LinuxProbes::~LinuxProbes() = default;

template <class Program, class Load, class Use>
Status LinuxProbes::use(OnDemand<Program>& program, const Load& load, const Use& use) {
  if (program.refused) return *program.refused;
  if (!program.loaded) {
    auto loaded = load();
    if (!loaded.ok()) {
      program.refused = loaded.error();
      return *program.refused;
    }
    program.loaded = std::move(loaded).value();
  }
  return use(*program.loaded);
}

Status LinuxProbes::read_listeners(std::size_t expected, const Visitor& visitor) {
  return use(
      listener_reader_, [] { return ListenerReader::load(); },
      [&](ListenerReader& reader) { return reader.read(netns_, expected, visitor); });
}

Status LinuxProbes::count_sockets(const ProbeLimits& limits, const Visitor& visitor) {
  return use(
      counter_, [&] { return Counter::load(limits); },
      [&](Counter& counter) { return counter.count(netns_, visitor); });
}

void LinuxProbes::close() {
  listener_reader_ = {};
  counter_ = {};
}

}  // namespace weir::kernel
