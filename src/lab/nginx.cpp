#include "lab/nginx.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "base/text.h"

namespace weir::lab {
namespace {

constexpr const char* program = "/usr/sbin/nginx";
constexpr Nanoseconds nginx_start_limit = seconds(10);
constexpr Nanoseconds stop_limit = seconds(3);

std::string answer_of(const NginxOptions& options) {
  if (options.backend.empty()) return R"(return 200 "ok\n";)";
  return options.keeps_backend_open
             ? "proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection \"\";"
             : "proxy_pass http://backend;";
}

std::string configuration(const NginxOptions& options, const std::string& folder) {
  std::ostringstream text;
  const std::string address = options.family == Family::ipv4 ? "" : "[::]:";
  const std::string only = options.family == Family::ipv4 ? "" : " ipv6only=on";
  if (!options.user.empty()) text << "user " << options.user << ";\n";
  text
      << "daemon off;\nworker_processes " << options.workers << ";\npid " << folder
      << "/nginx.pid;\nerror_log " << folder << "/error.log;\n"
      << "events { worker_connections " << options.connections
      << "; }\nhttp {\n  access_log off;\n  keepalive_requests 1000000000;\n  keepalive_timeout 65s;\n";
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
    text << "  " << kind << "_temp_path " << folder << "/" << kind << ";\n";
  if (!options.backend.empty()) {
    text << "  upstream backend { server " << options.backend << "; "
         << (options.keeps_backend_open ? "keepalive 64; " : "") << "}\n";
  }
  text << "  server {\n    listen " << address << options.port << " backlog=" << options.backlog
       << only << ";\n"
       << "    location / { " << answer_of(options) << " }\n  }\n}\n";
  return text.str();
}

/// Empty if it cannot be read. A process may end between open() and read(). Then an iterator over
/// the buffer would throw (ESRCH); a stream only fails.
std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The parent in /proc/PID/stat: the second word after the command's closing bracket.
std::int64_t parent_of(std::int64_t pid) {
  const std::string stat = text_of("/proc/" + std::to_string(pid) + "/stat");
  const auto bracket = stat.rfind(')');
  if (bracket == std::string::npos) return -1;
  const auto words = split_words(std::string_view(stat).substr(bracket + 1));
  return words.size() > 1 ? parse_integer(words[1]).value_or(-1) : -1;
}

}  // namespace

bool nginx_installed() { return access(program, X_OK) == 0; }

Result<NginxProcess> NginxProcess::start(const Namespace& place, const NginxOptions& options) {
  if (!nginx_installed())
    return make_error(ErrorCode::not_found,
                      "nginx is not installed (Debian: apt install nginx-light)");
  const std::string folder = place.folder() + "/nginx-" + std::to_string(options.port);
  std::error_code error;
  std::filesystem::create_directory(folder, error);
  std::ofstream file(folder + "/nginx.conf");
  file << configuration(options, folder);
  file.close();
  if (!file) return make_error(ErrorCode::io, "could not write " + folder + "/nginx.conf");
  CommandOptions command;
  command.netns = place.name();
  WEIR_TRY(ChildProcess child, start_command({program, "-p", folder, "-c", folder + "/nginx.conf",
                                              "-e", folder + "/error.log"},
                                             command));
  NginxProcess started(std::move(child));
  const Nanoseconds deadline = monotonic_now() + nginx_start_limit;
  while (started.workers().size() < static_cast<std::size_t>(options.workers)) {
    if (started.child_.wait({0}).ok() || monotonic_now() > deadline) {
      return make_error(ErrorCode::io, "nginx did not start: " +
                                           std::string(trim(text_of(folder + "/error.log"))));
    }
    sleep_for(milliseconds(20));
  }
  return started;
}

NginxProcess::~NginxProcess() { child_.stop(SIGTERM, stop_limit); }

std::vector<pid_t> NginxProcess::workers() const {
  std::vector<pid_t> pids;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const auto pid = parse_integer(entry.path().filename().string());
    if (pid && parent_of(*pid) == child_.pid()) pids.push_back(static_cast<pid_t>(*pid));
  }
  return pids;
}

}  // namespace weir::lab
