#include "kernel/wire/udp_sockets.h"

#include <array>
#include <cstring>
#include <optional>

#include "base/text.h"
#include "kernel/wire/lines.h"

namespace weir::wire {
namespace {

constexpr std::size_t local_column = 1;
constexpr std::size_t queues_column = 4;
constexpr std::size_t inode_column = 9;
constexpr std::size_t drops_column = 12;
constexpr std::size_t udp_columns = 13;
constexpr std::size_t digits_of_word = 8;
constexpr std::size_t words_of_ipv4 = 1;
constexpr std::size_t words_of_ipv6 = 4;

/// Each word of the address is printed as an integer in host order; its bytes are in network order.
std::optional<RawAddress> parse_words(std::string_view text, std::size_t words) {
  if (text.size() != words * digits_of_word) return std::nullopt;
  RawAddress address{};
  for (std::size_t i = 0; i < words; ++i) {
    const auto number = parse_hex(text.substr(i * digits_of_word, digits_of_word));
    if (!number) return std::nullopt;
    const auto word = static_cast<std::uint32_t>(*number);
    std::memcpy(address.data() + i * sizeof(word), &word, sizeof(word));
  }
  return address;
}

/// "0100007F:0035"
bool parse_end(Family family, std::string_view text, UdpLine& line) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const auto address =
      parse_words(text.substr(0, colon), family == Family::ipv4 ? words_of_ipv4 : words_of_ipv6);
  const auto port = parse_hex(text.substr(colon + 1));
  if (!address || !port || *port > UINT16_MAX) return false;
  line.address = *address;
  line.port = static_cast<std::uint16_t>(*port);
  return true;
}

std::optional<UdpLine> parse_udp_line(Family family, std::string_view text) {
  std::array<std::string_view, udp_columns> columns;
  WordReader words(text);
  for (auto& column : columns) column = words.next();
  UdpLine line;
  if (!parse_end(family, columns[local_column], line)) return std::nullopt;
  const auto queues = columns[queues_column];  // "sent:received"
  const auto colon = queues.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto received = parse_hex(queues.substr(colon + 1));
  const auto inode = parse_integer(columns[inode_column]);
  const auto drops = parse_integer(columns[drops_column]);
  if (!received || !inode || !drops || *received > UINT32_MAX) return std::nullopt;
  line.receive_queue = static_cast<std::int64_t>(*received);
  line.inode = *inode;
  line.drops = *drops;
  return line;
}

}  // namespace

void parse_udp_sockets(Family family, std::string_view text,
                       const std::function<void(const UdpLine&)>& visitor) {
  LineReader lines(text);
  while (const auto line = lines.next()) {
    if (const auto socket = parse_udp_line(family, *line)) visitor(*socket);
  }
}

}  // namespace weir::wire
