#include "lab/measure.h"

#include "base/text.h"

namespace weir::lab {
namespace {

bool ends_with_port(const std::string& local, int port) {
  const std::string wanted = ":" + std::to_string(port);
  return local.size() > wanted.size() && local.compare(local.size() - wanted.size(), wanted.size(), wanted) == 0;
}

}  // namespace

std::map<std::string, std::int64_t> parse_counters(const std::string& text) {
  std::map<std::string, std::int64_t> counters;
  // Pairs of lines: "TcpExt: NAME NAME …" and "TcpExt: VALUE VALUE …".
  const auto lines = split(text, '\n');
  for (std::size_t i = 0; i + 1 < lines.size(); i += 2) {
    const auto names = split_words(lines[i]);
    const auto values = split_words(lines[i + 1]);
    if (names.empty() || names.size() != values.size() || names[0] != values[0]) continue;
    const std::string group(names[0].substr(0, names[0].size() - 1));
    for (std::size_t n = 1; n < names.size(); ++n) counters[group + "." + std::string(names[n])] = parse_integer(values[n]).value_or(0);
  }
  return counters;
}

Result<std::map<std::string, std::int64_t>> read_counters(const Namespace& place) {
  std::map<std::string, std::int64_t> counters;
  for (const char* file : {"/proc/thread-self/net/netstat", "/proc/thread-self/net/snmp"}) {
    WEIR_TRY(const std::string text, place.read_file(file));
    counters.merge(parse_counters(text));
  }
  return counters;
}

std::int64_t read_counter(const Namespace& place, const std::string& name) {
  const auto counters = read_counters(place);
  if (!counters.ok()) return 0;
  const auto found = counters->find(name);
  return found == counters->end() ? 0 : found->second;
}

Result<std::vector<ListeningSocket>> list_listening(const Namespace& place) {
  CommandOptions options;
  options.netns = place.name();
  WEIR_TRY(const CommandResult done, run_command({"ss", "-H", "-l", "-t", "-n"}, options));
  if (done.use.exit_code != 0) return make_error(ErrorCode::io, "ss failed: " + done.err);
  std::vector<ListeningSocket> sockets;
  for (const auto line : split(done.out, '\n')) {
    const auto words = split_words(line);
    if (words.size() < 4) continue;
    sockets.push_back({std::string(words[3]), parse_integer(words[1]).value_or(0), parse_integer(words[2]).value_or(0)});
  }
  return sockets;
}

std::int64_t backlog_of_port(const Namespace& place, int port) {
  const auto sockets = list_listening(place);
  if (!sockets.ok()) return -1;
  for (const auto& socket : *sockets) {
    if (ends_with_port(socket.local, port)) return socket.backlog;
  }
  return -1;
}

}  // namespace weir::lab
