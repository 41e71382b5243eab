#include "kernel/fake/fake_sockets.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"

namespace weir::kernel {
namespace {

constexpr std::string_view somaxconn_path = "/proc/sys/net/core/somaxconn";

}  // namespace

/// As __sys_listen() does: the backlog is unsigned and at most somaxconn.
std::int64_t FakeSockets::clamp(std::int64_t backlog) const {
  const auto file = tree_.files.find(std::string(somaxconn_path));
  const auto somaxconn =
      file == tree_.files.end() ? std::nullopt : parse_integer(trim(file->second));
  if (!somaxconn) return backlog;
  return backlog < 0 ? *somaxconn : std::min(backlog, *somaxconn);
}

Status FakeSockets::set_backlog(const Owner& owner, std::uint64_t cookie, std::int64_t backlog) {
  return writes_.act(
      {"listener:" + std::to_string(cookie), std::to_string(backlog)}, [&]() -> Status {
        const auto held = std::find_if(
            table_.listeners.begin(), table_.listeners.end(), [&](const Listener& listener) {
              return std::find(listener.owners.begin(), listener.owners.end(), owner) !=
                     listener.owners.end();
            });
        const std::string name =
            "process " + std::to_string(owner.pid) + ", descriptor " + std::to_string(owner.fd);
        if (held == table_.listeners.end())
          return make_error(ErrorCode::gone, name + " no longer exists");
        if (held->cookie != cookie)
          return make_error(ErrorCode::conflict, name + " is another socket now");
        held->backlog = clamp(backlog);
        return {};
      });
}

}  // namespace weir::kernel
