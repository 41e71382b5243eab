#include "kernel/linux/linux_ethtool.h"

#include <cerrno>
#include <cstring>

#include <linux/if.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/linux/system_error.h"

namespace weir::kernel {

LinuxEthtool::~LinuxEthtool() {
  if (mapping_ != nullptr) munmap(mapping_, mapping_size_);
}

Status LinuxEthtool::prepare() {
  if (!socket_.valid()) {
    WEIR_TRY(const auto visit, netns_.enter());
    // the ioctl reaches dev_ioctl() on any socket; this one needs no protocol
    socket_ = UniqueFd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket_.valid()) return system_error(errno, "cannot open a socket for ethtool");
  }
  if (mapping_ != nullptr) return {};
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t size = max_command + page;
  void* mapping = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) return system_error(errno, "cannot map memory for ethtool");
  auto* bytes = static_cast<std::byte*>(mapping);
  if (mprotect(bytes + max_command, page, PROT_NONE) != 0) {
    const int error = errno;
    munmap(mapping, size);
    return system_error(error, "cannot protect the end of the memory for ethtool");
  }
  mapping_ = bytes;
  mapping_size_ = size;
  return {};
}

Status LinuxEthtool::ask(const std::string& interface, std::span<std::byte> command) {
  ifreq request{};
  if (interface.empty() || interface.size() >= sizeof(request.ifr_name))
    return make_error(ErrorCode::wrong_use, "no interface has the name " + interface);
  if (command.empty() || command.size() > max_command)
    return make_error(ErrorCode::wrong_use, "an ethtool command has between 1 byte and 1 MiB");
  WEIR_CHECK(prepare());
  std::memcpy(request.ifr_name, interface.data(), interface.size());
  std::byte* place = mapping_ + max_command - command.size();
  std::memcpy(place, command.data(), command.size());
  request.ifr_data = reinterpret_cast<char*>(place);
  int result = -1;
  do {
    result = ioctl(socket_.get(), SIOCETHTOOL, &request);
  } while (result < 0 && errno == EINTR);
  if (result < 0) {
    // EINVAL may also come from a kernel or a driver that does not know the command.
    if (errno == ENODEV)
      return make_error(ErrorCode::gone, "the interface " + interface + " no longer exists");
    if (errno == EINVAL || errno == ENOTTY)
      return make_error(ErrorCode::unsupported,
                        "the driver of " + interface + " does not support the request");
    return system_error(errno, "cannot ask the driver of " + interface);
  }
  std::memcpy(command.data(), place, command.size());
  return {};
}

}  // namespace weir::kernel
