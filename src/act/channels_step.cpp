#include "act/channels_step.h"

#include <optional>
#include <string>

#include "act/driver_setting.h"
#include "act/queue_files.h"
#include "base/text.h"

namespace weir::act {
namespace {

class ChannelsLive : public DriverSettingLive {
 public:
  using DriverSettingLive::DriverSettingLive;

 protected:
  /// A driver with combined channels may have 0 of the others, and the kernel refuses to be left
  /// with none (ethtool_set_channels, net/ethtool/ioctl.c).
  [[nodiscard]] bool may_be_zero() const override { return true; }

  Status check_kind(const Link& link, wire::ByteSpan answer, std::uint32_t value) override {
    const std::uint64_t now = count_receive_queues(answer, std::nullopt);
    const std::uint64_t wanted = count_receive_queues(answer, value);
    if (wanted == 0)
      return make_error(ErrorCode::wrong_use,
                        name() + ": the interface would be left without a receive queue");
    if (wanted >= now) return {};
    const auto folder = find_queue_folder(link, kernel().files);
    if (!folder.ok()) return Status(folder.error()).with_context(name());
    for (std::uint64_t queue = wanted; queue < now; ++queue)
      WEIR_CHECK(check_queue(*folder, queue));
    return {};
  }

 private:
  /// The receive queues with the channels of the answer, one of the numbers replaced.
  [[nodiscard]] std::uint64_t count_receive_queues(wire::ByteSpan answer,
                                                   std::optional<std::uint32_t> replaced) const {
    std::uint64_t queues = 0;
    for (const char* attribute : {"channels.rx", "channels.combined"}) {
      const wire::DriverSetting* one = wire::find_driver_setting(attribute);
      if (one == nullptr) continue;
      queues +=
          replaced && one == &setting() ? *replaced : wire::parse_setting(answer, *one).value_or(0);
    }
    return queues;
  }

  /// What is set on a queue goes with it, and nobody would put it back.
  Status check_queue(const std::string& folder, std::uint64_t queue) {
    const std::string name_of_queue = "rx-" + std::to_string(queue);
    for (const std::string file : {"rps_cpus", "rps_flow_cnt"}) {
      const auto text = kernel::read_text(
          kernel().files,
          std::string(folder).append("/").append(name_of_queue).append("/").append(file));
      if (!text.ok() || trim(*text).find_first_not_of("0,") == std::string_view::npos) continue;
      std::string would_go = name_of_queue;
      would_go.append(" would go, and its ")
          .append(file)
          .append(" (")
          .append(trim(*text))
          .append(") with it: set that to 0 first");
      return make_error(ErrorCode::conflict, name() + ": " + would_go);
    }
    return {};
  }
};

}  // namespace

Result<std::unique_ptr<LiveTarget>> find_channels(const LinkTarget& target,
                                                  kernel::Kernel& kernel) {
  return make_driver_setting<ChannelsLive>(target, kernel);
}

}  // namespace weir::act
