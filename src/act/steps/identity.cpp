#include "act/steps/identity.h"

#include <algorithm>
#include <string>
#include <utility>

#include "act/steps/steps.h"
#include "base/text.h"
#include "kernel/wire/process.h"
#include "kernel/wire/rtnetlink.h"

namespace weir::act {
namespace {

struct Links {
  std::vector<Link> all;
  bool interrupted = false;
};

Result<Links> dump_links(kernel::Netlink& netlink) {
  Links links;
  Status parsed;
  WEIR_CHECK(netlink.dump(wire::protocol_route, wire::build_link_request(),
                          [&](std::span<const std::byte> datagram) {
                            auto interrupted = wire::parse_link_datagram(
                                datagram, [&](Link link) { links.all.push_back(std::move(link)); });
                            if (!interrupted.ok()) {
                              parsed = std::move(interrupted).error();
                            } else if (*interrupted) {
                              links.interrupted = true;
                            }
                          }));
  WEIR_CHECK(std::move(parsed));
  return links;
}

Result<wire::ProcessStat> read_process_stat(kernel::Files& files, std::int64_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  WEIR_TRY(const std::string text, kernel::read_text(files, path));
  return wire::parse_process_stat(text).with_context(path);
}

}  // namespace

Result<Link> read_link(const LinkTarget& target, kernel::Kernel& kernel) {
  const std::string name = target.interface + " (index " + std::to_string(target.index) + ")";
  for (int attempt = 0; attempt < dump_attempts; ++attempt) {
    auto links = dump_links(kernel.netlink);
    if (!links.ok()) return Status(std::move(links).error()).with_context(name).error();
    const auto found = std::find_if(links->all.begin(), links->all.end(),
                                    [&](const Link& link) { return link.index == target.index; });
    if (found == links->all.end() && links->interrupted) continue;
    if (found == links->all.end()) break;
    if (link_identity(*found) == target.address) return std::move(*found);
    return make_error(ErrorCode::not_found, name + " is another interface now: its address is " +
                                                link_identity(*found) + ", not " +
                                                escape_bytes(target.address));
  }
  return make_error(ErrorCode::not_found, name + ": this interface no longer exists");
}

Result<std::vector<Link>> read_links(kernel::Kernel& kernel) {
  Links links;
  for (int attempt = 0; attempt < dump_attempts; ++attempt) {
    WEIR_TRY(links, dump_links(kernel.netlink));
    if (!links.interrupted) break;
  }
  return std::move(links.all);
}

Result<std::vector<BoundNic>> read_nics(kernel::Kernel& kernel) {
  WEIR_TRY(const std::vector<Link> links, read_links(kernel));
  return find_nics(links);
}

Result<wire::ByteBuffer> ask_driver(const Link& link, wire::ByteBuffer command,
                                    const std::string& name, kernel::Ethtool& ethtool) {
  Status status = ethtool.ask(link.name, command);
  if (status.ok()) return command;
  Error error = std::move(status).error();
  if (error.code == ErrorCode::gone) error.code = ErrorCode::not_found;
  error.message.insert(0, name + ": ");
  return error;
}

Result<std::string> find_queue_folder(const Link& link, kernel::Files& files) {
  const std::string folder = "/sys/class/net/" + link.name;
  const auto index = kernel::read_text(files, folder + "/ifindex");
  const auto address = kernel::read_text(files, folder + "/address");
  const bool same = index.ok() && address.ok() && parse_integer(trim(*index)) == link.index &&
                    trim(*address) == link.address;
  if (same) return folder + "/queues";
  const std::string why = index.ok() ? "sysfs shows the interfaces of another network namespace"
                                     : index.error().message;
  return make_error(ErrorCode::unsupported, "cannot reach the queues of " + link.name + ": " + why);
}

Result<ProcessIdentity> read_process_identity(kernel::Files& files, std::int64_t pid) {
  WEIR_TRY(const wire::ProcessStat stat, read_process_stat(files, pid));
  return ProcessIdentity{pid, stat.start_time};
}

bool is_process_alive(kernel::Files& files, const ProcessIdentity& process) {
  const auto stat = read_process_stat(files, process.pid);
  // If stat cannot be read for another reason than absence, the process counts as alive. Otherwise
  // the watchdog would undo while the applier lives.
  if (!stat.ok())
    return stat.error().code != ErrorCode::not_found && stat.error().code != ErrorCode::gone;
  return stat->start_time == process.start_time && stat->state != 'Z' && stat->state != 'X';
}

}  // namespace weir::act
