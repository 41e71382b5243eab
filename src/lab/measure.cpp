#include "lab/measure.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"

namespace weir::lab {
namespace {

Result<std::string> run_ss(const Namespace& place, const std::vector<std::string>& arguments) {
  std::vector<std::string> all{"ss", "-H"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  CommandOptions options;
  options.netns = place.name();
  WEIR_TRY(CommandResult done, run_command(all, options));
  if (done.use.exit_code != 0) return make_error(ErrorCode::io, "ss failed: " + done.err);
  return std::move(done.out);
}

bool ends_with_port(const std::string& local, int port) {
  const std::string wanted = ":" + std::to_string(port);
  return local.size() > wanted.size() &&
         local.compare(local.size() - wanted.size(), wanted.size(), wanted) == 0;
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
    for (std::size_t n = 1; n < names.size(); ++n)
      counters[group + "." + std::string(names[n])] = parse_integer(values[n]).value_or(0);
  }
  return counters;
}

Result<std::map<std::string, std::int64_t>> read_counters(const Namespace& place) {
  std::map<std::string, std::int64_t> counters;
  for (const char* file : {"/proc/thread-self/net/netstat", "/proc/thread-self/net/snmp"}) {
    WEIR_TRY(const std::string text, place.read_file(file));
    counters.merge(parse_counters(text));
  }
  WEIR_TRY(const std::string ipv6, place.read_file("/proc/thread-self/net/snmp6"));
  for (const auto line : split(ipv6, '\n')) {
    const auto words = split_words(line);
    if (words.size() == 2) counters[std::string(words[0])] = parse_integer(words[1]).value_or(0);
  }
  return counters;
}

std::int64_t read_counter(const Namespace& place, const std::string& name) {
  const auto counters = read_counters(place);
  if (!counters.ok()) return 0;
  const auto found = counters->find(name);
  return found == counters->end() ? 0 : found->second;
}

Result<LinkCounters> read_link(const Namespace& place, const std::string& name) {
  WEIR_TRY(const std::string text, place.read_file("/proc/thread-self/net/dev"));
  for (const auto line : split(text, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || trim(line.substr(0, colon)) != name) continue;
    const auto words = split_words(line.substr(colon + 1));
    if (words.size() < 16) break;
    const auto number = [&](std::size_t at) { return parse_integer(words[at]).value_or(0); };
    return LinkCounters{number(0), number(1), number(3), number(8), number(9), number(11)};
  }
  return make_error(ErrorCode::not_found, "no interface " + name);
}

std::int64_t count_sockets(const Namespace& place, const std::string& state) {
  const auto text = run_ss(place, {"-t", "-n", "state", state});
  return text.ok() ? std::count(text->begin(), text->end(), '\n') : -1;
}

double ConnectionInfo::number(const std::string& name) const {
  const auto at = text.find(" " + name + ":");
  return at == std::string::npos ? -1 : std::strtod(text.c_str() + at + name.size() + 2, nullptr);
}

Result<std::vector<ConnectionInfo>> list_connections(const Namespace& place) {
  WEIR_TRY(const std::string text, run_ss(place, {"-O", "-t", "-i", "-n", "state", "established"}));
  std::vector<ConnectionInfo> connections;
  for (const auto line : split(text, '\n')) {
    const auto words = split_words(line);
    if (words.size() >= 4)
      connections.push_back({std::string(words[2]), std::string(words[3]), std::string(line)});
  }
  return connections;
}

Result<std::vector<ListeningSocket>> list_listening(const Namespace& place) {
  WEIR_TRY(const std::string text, run_ss(place, {"-l", "-t", "-n"}));
  std::vector<ListeningSocket> sockets;
  for (const auto line : split(text, '\n')) {
    const auto words = split_words(line);
    if (words.size() < 4) continue;
    sockets.push_back({std::string(words[3]), parse_integer(words[1]).value_or(0),
                       parse_integer(words[2]).value_or(0)});
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
