#include "kernel/linux/linux_probes.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include <linux/capability.h>
#include <sys/syscall.h>
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
constexpr std::uint32_t most_ports = 65'534;  ///< a place is a 16-bit number, and two of these have other meanings: bpf/sockets.bpf.c
constexpr std::size_t log_size = std::size_t{256} << 10U;
constexpr std::size_t longest_quote = 160;

/// Since then the kernel resolves types itself (bpf_core_apply, kernel/bpf/btf.c).
struct KernelVersion {
  std::int64_t major = 0;
  std::int64_t minor = 0;

  friend auto operator<=>(const KernelVersion&, const KernelVersion&) = default;
};
constexpr KernelVersion first_version{5, 17};

/// "6.1.0-18-amd64" → 6, 1; an unknown scheme is no reason to call a kernel old.
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

weir_programs_options make_options(std::uint64_t inode, const ProbeLimits& limits) {
  weir_programs_options options{};
  options.netns_inode = static_cast<std::uint32_t>(inode);
  options.most_ports = std::clamp(limits.ports, 1U, most_ports);
  options.most_outgoing = std::max(limits.outgoing, 1U);
  return options;
}

/// What the verifier said before its closing statistics ("processed 12 insns …"), shortened. Loads once more, with its words.
std::string quote_verifier(weir_programs_options options) {
  std::vector<char> log(log_size, '\0');
  options.log = log.data();
  options.log_size = static_cast<__u32>(log.size());
  weir_programs programs{};
  weir_programs_load(&programs, &options);
  weir_programs_unload(&programs);
  std::string last;
  wire::LineReader lines(std::string_view(log.data(), strnlen(log.data(), log.size())));
  while (const auto line = lines.next()) {
    if (!trim(*line).empty() && !line->starts_with("processed ")) last = trim(*line);
  }
  return last.size() > longest_quote ? last.substr(0, longest_quote) + "…" : last;
}

/// Without CAP_PERFMON alone the loader itself is refused with EINVAL, as by a kernel that does not know it.
bool may_trace() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (syscall(SYS_capget, &header, sets.data()) != 0) return true;
  const auto has = [&](unsigned capability) { return (sets.at(CAP_TO_INDEX(capability)).effective & CAP_TO_MASK(capability)) != 0; };
  return has(CAP_SYS_ADMIN) || (has(CAP_PERFMON) && has(CAP_BPF));
}

Error explain_refusal(int error_number, const weir_programs_options& options) {
  if (error_number == EPERM || !may_trace()) {
    return make_error(ErrorCode::not_permitted, "counting inside the kernel needs CAP_BPF and CAP_PERFMON (root) outside of any user namespace");
  }
  if (error_number == ENOMEM || error_number == EMFILE || error_number == ENFILE) return system_error(error_number, "cannot load BPF programs");
  if (read_version() < first_version) return make_error(ErrorCode::unsupported, "counting inside the kernel needs Linux 5.17");
  if (error_number == ENOSYS) return make_error(ErrorCode::unsupported, "this kernel has no BPF (CONFIG_BPF_SYSCALL)");
  if (access(kernel_types_path, F_OK) != 0) {
    return make_error(ErrorCode::unsupported, "this kernel does not describe its types (CONFIG_DEBUG_INFO_BTF), which BPF programs need");
  }
  const std::string quote = quote_verifier(options);
  const std::string reason = quote.empty() ? "" : " (" + quote + ")";
  return make_error(ErrorCode::unsupported, system_error(error_number, "this kernel refuses weir's BPF programs").message + reason);
}

std::span<const std::byte> bytes_of(const void* memory, std::size_t size) { return {static_cast<const std::byte*>(memory), size}; }

}  // namespace

class LinuxProbes::Loaded {
 public:
  static Result<std::unique_ptr<Loaded>> load(const NetworkNamespace& netns, const ProbeLimits& limits) {
    WEIR_TRY(const auto inode, netns.inode());
    const auto options = make_options(inode, limits);
    auto loaded = std::make_unique<Loaded>(netns);
    const int failure = weir_programs_load(&loaded->programs_, &options);
    if (failure < 0) return explain_refusal(-failure, options);
    return loaded;
  }

  explicit Loaded(const NetworkNamespace& netns) : netns_(netns) {}
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;
  Loaded(Loaded&&) = delete;
  Loaded& operator=(Loaded&&) = delete;
  ~Loaded() { weir_programs_unload(&programs_); }

  Status read_listeners(const Visitor& visitor) {
    if (!listeners_.valid()) {
      WEIR_TRY(listeners_, attach_iterator(programs_.read_listeners, programs_.tags));
      // Before the walk, so that no listener falls between the two. Without it, every reading walks.
      if (auto watch = attach_tracepoint(programs_.watch_listeners); watch.ok()) watch_ = std::move(watch).value();
    }
    if (!tagged_ || !watch_.valid()) WEIR_CHECK(tag_listeners());
    tagged_ = true;
    return run_iterator(
        listeners_.get(), [] { return false; }, visitor);
  }

  Status count_sockets(const Visitor& visitor) {
    if (!count_.valid()) {
      WEIR_TRY(count_, attach_iterator(programs_.count_sockets, -1));
    }
    if (!is_clean_) WEIR_CHECK(visit_outgoing([](std::span<const std::byte>) {}));
    std::memset(programs_.state, 0, sizeof(weir_state));
    std::memset(programs_.places, 0, sizeof(weir_places));
    is_clean_ = false;
    WEIR_CHECK(walk(count_.get(), [] { return false; }));
    visitor(bytes_of(programs_.ports, std::min(programs_.state->ports_used, programs_.most_ports) * sizeof(weir_port)));
    WEIR_CHECK(visit_outgoing(visitor));
    is_clean_ = true;
    weir_totals totals = programs_.state->totals;
    totals.head = {WEIR_TOTALS, sizeof totals};
    visitor(bytes_of(&totals, sizeof totals));
    return {};
  }

 private:
  /// Runs an iterator that writes nothing, among the namespace's sockets.
  Status walk(int link, const std::function<bool()>& is_done) {
    WEIR_TRY(const auto visit, netns_.enter());
    return run_iterator(link, is_done, [](std::span<const std::byte>) {});
  }

  Status tag_listeners() {
    WEIR_TRY(const auto link, attach_iterator(programs_.tag_listeners, -1));
    programs_.state->listeners_done = 0;
    return walk(link.get(), [&] { return programs_.state->listeners_done != 0; });
  }

  Status visit_outgoing(const Visitor& visitor) {
    std::vector<weir_outgoing> records;
    return drain_hash(programs_.outgoing, {sizeof(weir_tuple), sizeof(weir_tuple_counts)},
                      [&](std::uint32_t count, const std::byte* keys, const std::byte* values) {
                        records.assign(count, weir_outgoing{});
                        for (std::size_t i = 0; i < count; ++i) {
                          records[i].head = {WEIR_OUTGOING, sizeof(weir_outgoing)};
                          std::memcpy(&records[i].tuple, keys + i * sizeof(weir_tuple), sizeof(weir_tuple));
                          std::memcpy(&records[i].counts, values + i * sizeof(weir_tuple_counts), sizeof(weir_tuple_counts));
                        }
                        visitor(bytes_of(records.data(), records.size() * sizeof(weir_outgoing)));
                      });
  }

  const NetworkNamespace& netns_;
  weir_programs programs_{};
  UniqueFd count_;
  UniqueFd listeners_;
  UniqueFd watch_;
  bool tagged_ = false;
  bool is_clean_ = true;  ///< the hash of outgoing connections is empty
};

LinuxProbes::LinuxProbes(const NetworkNamespace& netns) : netns_(netns) {}
LinuxProbes::~LinuxProbes() = default;

Status LinuxProbes::open(const ProbeLimits& limits) {
  if (loaded_) return {};
  auto loaded = Loaded::load(netns_, limits);
  if (!loaded.ok()) {
    refusal_ = loaded.error();
    return *refusal_;
  }
  refusal_.reset();
  loaded_ = std::move(loaded).value();
  return {};
}

void LinuxProbes::close() {
  loaded_.reset();
  refusal_.reset();
}

Status LinuxProbes::read_listeners(const Visitor& visitor) {
  if (refusal_) return *refusal_;
  WEIR_CHECK(open({}));
  return loaded_->read_listeners(visitor);
}

Status LinuxProbes::count_sockets(const Visitor& visitor) {
  if (refusal_) return *refusal_;
  WEIR_CHECK(open({}));
  return loaded_->count_sockets(visitor);
}

}  // namespace weir::kernel
