#include <optional>
#include <string_view>
#include <utility>

#include "act/steps/identity.h"
#include "act/steps/steps.h"
#include "base/text.h"
#include "kernel/wire/privileges.h"

namespace weir::act {
namespace {

constexpr std::string_view unlimited = "unlimited";

/// "65536" or "unlimited"; nothing for any other text.
std::optional<std::optional<std::uint64_t>> parse_one(std::string_view text) {
  if (text == unlimited) return std::optional<std::uint64_t>();
  const auto number = parse_unsigned(text);
  // The kernel writes the largest number for "unlimited" (RLIM_INFINITY).
  if (!number || *number == UINT64_MAX) return std::nullopt;
  return std::optional<std::uint64_t>(*number);
}

std::optional<kernel::FileLimit> parse_limit(const std::string& value) {
  const auto words = split_words(value);
  if (words.size() != 2) return std::nullopt;
  const auto soft = parse_one(words[0]);
  const auto hard = parse_one(words[1]);
  if (!soft || !hard) return std::nullopt;
  return kernel::FileLimit{*soft, *hard};
}

std::string show_one(const std::optional<std::uint64_t>& limit) {
  return limit ? std::to_string(*limit) : std::string(unlimited);
}

std::string show(const kernel::FileLimit& limit) {
  return show_one(limit.soft) + " " + show_one(limit.hard);
}

/// Whether a is a higher limit than b.
bool is_above(const std::optional<std::uint64_t>& a, const std::optional<std::uint64_t>& b) {
  return b && (!a || *a > *b);
}

class LimitLive : public LiveTarget {
 public:
  LimitLive(LimitTarget target, kernel::Kernel& kernel)
      : target_(std::move(target)), kernel_(kernel) {}

  Result<std::string> read() override {
    WEIR_TRY(const kernel::FileLimit limit, read_limit());
    return show(limit);
  }

  Status check(const std::string& value) override {
    WEIR_TRY(const kernel::FileLimit wanted, parse(value));
    WEIR_TRY(const kernel::FileLimit now, read_limit());
    if (is_above(wanted.soft, wanted.hard))
      return make_error(ErrorCode::wrong_use,
                        name() + ": the soft limit in \"" + value + "\" is above the hard limit");
    if (!is_above(wanted.hard, now.hard)) return {};
    WEIR_CHECK(check_right(value));
    const auto text = kernel::read_text(kernel_.files, "/proc/sys/fs/nr_open");
    const auto bound = text.ok() ? parse_unsigned(trim(*text)) : std::nullopt;
    // kernel/sys.c, do_prlimit(): even root cannot exceed it.
    if (bound && is_above(wanted.hard, bound))
      return make_error(ErrorCode::conflict, name() + ": fs.nr_open is " + std::to_string(*bound) +
                                                 " and refuses a hard limit of " +
                                                 show_one(wanted.hard) +
                                                 "; raise fs.nr_open first");
    return {};
  }

  Status write(const std::string& value) override {
    WEIR_TRY(const kernel::FileLimit wanted, parse(value));
    WEIR_CHECK(check_identity());
    Status status = kernel_.limits.set_file_limit(target_.pid, wanted);
    if (!status.ok() && status.error().code == ErrorCode::gone) return missing();
    if (!status.ok() && status.error().code == ErrorCode::not_permitted) return forbidden();
    return std::move(status).with_context(name());
  }

  [[nodiscard]] std::string normalize(const std::string& value) const override {
    const auto limit = parse_limit(value);
    return limit ? show(*limit) : value;
  }

 private:
  [[nodiscard]] std::string name() const { return target_name(target_); }

  [[nodiscard]] Error missing() const {
    const auto mounts = kernel::read_text(kernel_.files, "/proc/self/mountinfo");
    const auto hiding =
        mounts.ok() ? wire::find_hiding(*mounts, read_privileges()) : wire::Hiding::nothing;
    if (hiding != wire::Hiding::nothing) {
      return make_error(ErrorCode::not_permitted,
                        name() + ": cannot see process " + std::to_string(target_.pid) + ": " +
                            wire::explain_hiding(hiding, wire::HiddenFor::processes));
    }
    return make_error(ErrorCode::not_found, name() + ": process " + std::to_string(target_.pid) +
                                                " has ended, or another process has its number");
  }

  /// kernel/sys.c, check_prlimit_permission() and do_prlimit().
  [[nodiscard]] Error forbidden() const {
    return refuse("access to the limits of another user's process, or to a hard limit that rises,",
                  read_privileges());
  }

  [[nodiscard]] Error refuse(const std::string& what,
                             const std::optional<wire::Privileges>& privileges) const {
    return make_error(
        ErrorCode::not_permitted,
        name() + ": " +
            wire::explain_refusal(what, {{{wire::Capability::sys_resource}}}, privileges));
  }

  [[nodiscard]] std::optional<wire::Privileges> read_privileges() const {
    const auto status = kernel::read_text(kernel_.files, "/proc/self/status");
    const auto user_namespace = kernel_.files.read_link("/proc/self/ns/user");
    return wire::parse_privileges(status.ok() ? *status : "",
                                  user_namespace.ok() ? *user_namespace : "");
  }

  Result<kernel::FileLimit> parse(const std::string& value) const {
    const auto limit = parse_limit(value);
    if (limit) return *limit;
    return make_error(ErrorCode::wrong_use,
                      name() + ": \"" + escape_bytes(value) +
                          R"(" is not "SOFT HARD", each a number or "unlimited")");
  }

  Status check_identity() {
    if (is_process_alive(kernel_.files, {target_.pid, target_.start_time})) return {};
    return missing();
  }

  Result<kernel::FileLimit> read_limit() {
    WEIR_CHECK(check_identity());
    auto limit = kernel_.limits.read_file_limit(target_.pid);
    if (!limit.ok() && limit.error().code == ErrorCode::gone) return missing();
    if (!limit.ok() && limit.error().code == ErrorCode::not_permitted) return forbidden();
    return std::move(limit).with_context(name());
  }

  /// A hard limit rises only with CAP_SYS_RESOURCE (capabilities(7)). The kernel would only say
  /// EPERM.
  Status check_right(const std::string& value) {
    const auto privileges = read_privileges();
    if (!privileges || privileges->has(wire::Capability::sys_resource)) return {};
    return refuse("a hard limit that rises, as in \"" + value + "\",", privileges);
  }

  LimitTarget target_;
  kernel::Kernel& kernel_;
};

}  // namespace

Result<std::unique_ptr<LiveTarget>> find_limit(const LimitTarget& target, kernel::Kernel& kernel) {
  if (target.resource != "nofile")
    return make_error(ErrorCode::wrong_use,
                      "\"" + escape_bytes(target.resource) + "\" is not a limit that weir changes");
  return std::unique_ptr<LiveTarget>(std::make_unique<LimitLive>(target, kernel));
}

}  // namespace weir::act
