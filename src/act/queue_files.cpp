#include "act/queue_files.h"

#include "base/text.h"

namespace weir::act {

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

}  // namespace weir::act
