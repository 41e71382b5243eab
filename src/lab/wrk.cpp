#include "lab/wrk.h"

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "base/text.h"

namespace weir::lab {
namespace {

constexpr Nanoseconds wrk_margin = seconds(8);

std::int64_t integer_of(std::string_view word) {
  return parse_integer(word.substr(0, word.find(','))).value_or(0);
}

/// "Socket errors: connect 0, read 1, write 0, timeout 2".
void read_socket_errors(const std::vector<std::string_view>& words, WrkResult& result) {
  for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
    const std::int64_t count = integer_of(words[i + 1]);
    if (words[i] == "connect") result.connect_errors = count;
    if (words[i] == "read") result.read_errors = count;
    if (words[i] == "write") result.write_errors = count;
    if (words[i] == "timeout") result.timeouts = count;
  }
}

/// "12.34ms", as wrk shows a time.
Nanoseconds time_of(std::string_view word) {
  constexpr std::pair<std::string_view, double> units[] = {
      {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
  const std::string text(word);
  char* unit = nullptr;
  const double number = std::strtod(text.c_str(), &unit);
  for (const auto& [name, nanoseconds] : units)
    if (name == unit) return {std::llround(number * nanoseconds)};
  return {0};
}

}  // namespace

Result<WrkResult> parse_wrk(std::string_view text) {
  WrkResult result;
  bool complete = false;
  for (const auto line : split(text, '\n')) {
    const auto words = split_words(line);
    if (words.size() >= 4 && words[1] == "requests" && words[2] == "in")
      result.requests = integer_of(words[0]);
    if (words.size() >= 4 && words[0] == "Socket" && words[1] == "errors:")
      read_socket_errors(words, result);
    if (words.size() >= 5 && words[0] == "Non-2xx") result.bad_answers = integer_of(words.back());
    if (words.size() == 2 && words[0] == "99%") result.p99 = time_of(words[1]);
    if (words.size() == 2 && words[0] == "Requests/sec:") {
      result.requests_per_second = std::strtod(std::string(words[1]).c_str(), nullptr);
      complete = true;
    }
  }
  if (!complete)
    return make_error(ErrorCode::malformed,
                      "wrk did not report: " + std::string(text.substr(0, 300)));
  return result;
}

Result<Wrk> Wrk::start(const WrkOptions& options) {
  std::vector<std::string> arguments{"wrk", "-t1", "--latency",
                                     "-c" + std::to_string(options.connections),
                                     "-d" + std::to_string(options.seconds) + "s"};
  if (!options.keep_alive) arguments.insert(arguments.end(), {"-H", "Connection: close"});
  arguments.push_back(options.url);
  CommandOptions command;
  command.netns = options.netns;
  WEIR_TRY(ChildProcess child, start_command(arguments, command));
  return Wrk(std::move(child), seconds(options.seconds) + wrk_margin);
}

Result<WrkResult> Wrk::finish() {
  WEIR_TRY(const std::string text, child_.read_report(limit_).with_context("wrk"));
  child_.stop(SIGKILL, seconds(2));
  return parse_wrk(text);
}

}  // namespace weir::lab
