#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "act/steps/steps.h"
#include "base/text.h"
#include "kernel/wire/sock_diag.h"

namespace weir::act {
namespace {

/// The backlog is an int in listen(2). With 0 a single connection may wait. Some servers set 0, and
/// an undo restores it.
constexpr std::int64_t smallest_backlog = 0;
constexpr std::int64_t largest_backlog = std::numeric_limits<std::int32_t>::max();

std::string socket_link(std::int64_t inode) { return "socket:[" + std::to_string(inode) + "]"; }

class ListenerLive : public LiveTarget {
 public:
  ListenerLive(ListenerTarget target, kernel::Kernel& kernel)
      : target_(std::move(target)), kernel_(kernel) {}

  Result<std::string> read() override {
    WEIR_TRY(const wire::DiagSocket socket, find_socket());
    return std::to_string(socket.send_queue);
  }

  Status check(const std::string& value) override {
    WEIR_TRY(const std::int64_t backlog, parse_backlog(value));
    WEIR_TRY(const std::string text,
             kernel::read_text(kernel_.files, "/proc/sys/net/core/somaxconn"));
    const auto somaxconn = parse_integer(trim(text));
    if (somaxconn && backlog > *somaxconn)
      return make_error(ErrorCode::conflict,
                        name() + ": net.core.somaxconn is " + std::to_string(*somaxconn) +
                            " and would limit the backlog of " + std::to_string(backlog) +
                            "; raise net.core.somaxconn first");
    return {};
  }

  Status write(const std::string& value) override {
    WEIR_TRY(const std::int64_t backlog, parse_backlog(value));
    WEIR_TRY(const wire::DiagSocket socket, find_socket());
    std::optional<Error> refused;
    for (const Owner& owner : target_.owners)
      if (set_through(owner, backlog, refused)) return {};
    WEIR_TRY(const bool set,
             set_through_any_process(static_cast<std::int64_t>(socket.inode), backlog, refused));
    if (set) return {};
    if (refused) return Status(*refused).with_context(name());
    return make_error(
        ErrorCode::not_permitted,
        name() +
            ": weir found no process that holds the socket, or may not see the descriptors of that process");
  }

  [[nodiscard]] std::string normalize(const std::string& value) const override {
    const auto number = parse_integer(trim(value));
    return number ? std::to_string(*number) : value;
  }

 private:
  [[nodiscard]] std::string name() const { return "listener " + target_.name; }

  Result<std::int64_t> parse_backlog(const std::string& value) const {
    const auto number = parse_integer(trim(value));
    if (number && *number >= smallest_backlog && *number <= largest_backlog) return *number;
    return make_error(ErrorCode::wrong_use, name() + ": \"" + escape_bytes(value) +
                                                "\" is not a backlog (0 to " +
                                                std::to_string(largest_backlog) + ")");
  }

  Result<wire::DiagSocket> find_socket() {
    wire::DiagRequest request;
    request.family = target_.family;
    request.states = wire::state_bit(wire::TcpState::listen);
    const wire::ByteBuffer bytes = wire::build_diag_request(request);
    for (int attempt = 0; attempt < dump_attempts; ++attempt) {
      WEIR_TRY(const Found found, dump(bytes));
      if (found.socket) return *found.socket;
      if (!found.interrupted) break;
    }
    return make_error(ErrorCode::not_found, name() + ": the socket (cookie " +
                                                std::to_string(target_.cookie) + ") is closed");
  }

  struct Found {
    std::optional<wire::DiagSocket> socket;
    bool interrupted = false;
  };

  Result<Found> dump(const wire::ByteBuffer& request) {
    Found found;
    Status parsed;
    WEIR_CHECK(kernel_.netlink
                   .dump(wire::protocol_sock_diag, request,
                         [&](std::span<const std::byte> datagram) {
                           auto interrupted = wire::parse_diag_datagram(
                               datagram, [&](const wire::DiagSocket& socket) {
                                 if (socket.cookie == target_.cookie &&
                                     socket.state == wire::TcpState::listen)
                                   found.socket = socket;
                               });
                           if (!interrupted.ok()) {
                             parsed = std::move(interrupted).error();
                           } else if (*interrupted) {
                             found.interrupted = true;
                           }
                         })
                   .with_context(name()));
    WEIR_CHECK(std::move(parsed).with_context(name()));
    return found;
  }

  /// Returns whether it set the backlog. It skips a descriptor that is gone or now belongs to
  /// another socket, and keeps any other refusal for the report.
  bool set_through(const Owner& owner, std::int64_t backlog, std::optional<Error>& refused) {
    Status status = kernel_.sockets.set_backlog(owner, target_.cookie, backlog);
    if (status.ok()) return true;
    const ErrorCode code = status.error().code;
    if (code != ErrorCode::gone && code != ErrorCode::conflict && code != ErrorCode::not_found)
      refused = std::move(status).error();
    return false;
  }

  Result<bool> set_through_any_process(std::int64_t inode, std::int64_t backlog,
                                       std::optional<Error>& refused) {
    WEIR_TRY(const std::vector<std::string> processes, kernel_.files.list("/proc"));
    for (const std::string& process : processes) {
      const auto pid = parse_integer(process);
      if (!pid) continue;
      for (const Owner& owner : find_descriptors(*pid, inode))
        if (set_through(owner, backlog, refused)) return true;
    }
    return false;
  }

  /// Processes come and go, and some cannot be inspected. A process that cannot be read counts as
  /// holding nothing.
  std::vector<Owner> find_descriptors(std::int64_t pid, std::int64_t inode) {
    const std::string folder = "/proc/" + std::to_string(pid) + "/fd";
    const auto descriptors = kernel_.files.list(folder);
    if (!descriptors.ok()) return {};
    std::vector<Owner> owners;
    for (const std::string& descriptor : *descriptors) {
      const auto link = kernel_.files.read_link(std::string(folder).append("/").append(descriptor));
      const auto fd = parse_integer(descriptor);
      if (!link.ok() || !fd || *link != socket_link(inode)) continue;
      if (std::find(target_.owners.begin(), target_.owners.end(), Owner{pid, *fd}) ==
          target_.owners.end())
        owners.push_back({pid, *fd});
    }
    return owners;
  }

  ListenerTarget target_;
  kernel::Kernel& kernel_;
};

}  // namespace

Result<std::unique_ptr<LiveTarget>> find_listener(const ListenerTarget& target,
                                                  kernel::Kernel& kernel) {
  return std::unique_ptr<LiveTarget>(std::make_unique<ListenerLive>(target, kernel));
}

}  // namespace weir::act
