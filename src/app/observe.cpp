#include "app/observe.h"

#include <csignal>
#include <ctime>
#include <utility>

#include <unistd.h>

#include "app/knowledge.h"
#include "app/output.h"
#include "base/text.h"
#include "codec/catalog_toml.h"
#include "codec/recording_json.h"
#include "sense/configuration.h"
#include "sense/record.h"
#include "ui/cli/chain_text.h"
#include "ui/view/numbers.h"

namespace weir::app {
namespace {

/// The window of `check` and `plan` without --for: long enough for the bursts of a busy server,
/// short enough to wait for.
constexpr Nanoseconds standard_window = seconds(3);
constexpr std::size_t bar_width = 30;

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

/// Takes one of these signals if it is pending. Returns whether one was.
bool take_signal() {
  const sigset_t signals = ending_signals();
  const timespec at_once{};
  return sigtimedwait(&signals, nullptr, &at_once) > 0;
}

void draw_progress(const std::string& text) {
  // A progress line that cannot be drawn hides nothing else.
  static_cast<void>(write(STDERR_FILENO, text.data(), text.size()) >= 0);
}

/// Shows one line on the terminal while a window passes, and lets the user end it early. As long as
/// this object lives, SIGINT and SIGTERM are blocked, so that they end the window instead of the
/// program.
class WindowProgress {
 public:
  WindowProgress(const Environment& environment, Nanoseconds window)
      : visible_(environment.err_is_terminal && environment.term != "dumb"),
        unicode_(is_utf8_locale(environment.locale)),
        window_(window) {
    const sigset_t signals = ending_signals();
    sigprocmask(SIG_BLOCK, &signals, nullptr);
  }
  WindowProgress(const WindowProgress&) = delete;
  WindowProgress& operator=(const WindowProgress&) = delete;
  WindowProgress(WindowProgress&&) = delete;
  WindowProgress& operator=(WindowProgress&&) = delete;
  ~WindowProgress() {
    if (!drawn_.empty()) draw_progress("\r\x1b[K");
    const sigset_t signals = ending_signals();
    sigprocmask(SIG_UNBLOCK, &signals, nullptr);
  }

  /// Draws; returns false once a signal has asked to end.
  bool update(double share) {
    if (take_signal()) return false;
    if (!visible_) return true;
    const Nanoseconds passed{static_cast<std::int64_t>(share * static_cast<double>(window_.count))};
    std::string line =
        "watching " +
        ui::bar_text(share, share, bar_width, ui::Tone::plain, {80, false, unicode_}) + " " +
        ui::show_duration(passed) + " of " + ui::show_duration(window_);
    if (line == drawn_) return true;
    draw_progress("\r" + line + "\x1b[K");
    drawn_ = std::move(line);
    return true;
  }

 private:
  bool visible_;
  bool unicode_;
  Nanoseconds window_;
  std::string drawn_;
};

/// Replaces each folder with its *.conf files, sorted by name, as the loaders do.
Result<std::vector<std::string>> expand_folders(kernel::Files& files,
                                                const std::vector<std::string>& paths) {
  std::vector<std::string> expanded;
  for (const auto& path : paths) {
    const auto names = files.list(path);
    if (!names) {
      expanded.push_back(path);
      continue;
    }
    const auto before = expanded.size();
    for (const auto& name : *names) {
      if (!name.ends_with(".conf") || name.starts_with('.')) continue;
      expanded.push_back(path);
      if (!path.ends_with('/')) expanded.back() += '/';
      expanded.back() += name;
    }
    if (expanded.size() == before)
      return make_error(ErrorCode::wrong_use, "there is no *.conf file in the folder " + path);
  }
  return expanded;
}

}  // namespace

Result<Catalog> load_catalog() {
  return codec::parse_catalog(knowledge::parameters_toml(), knowledge::findings_toml(),
                              knowledge::servers_toml());
}

Result<std::unique_ptr<kernel::LinuxKernel>> open_namespace(const NamespaceOption& option) {
  if (option.pid) return kernel::LinuxKernel::open_pid(*option.pid);
  if (!option.netns.empty()) return kernel::LinuxKernel::open_netns(option.netns);
  return kernel::LinuxKernel::open_current();
}

Result<Recording> watch_namespace(const Context& context, const NamespaceOption& option,
                                  const std::optional<Nanoseconds>& window) {
  WEIR_TRY(const auto opened, open_namespace(option));
  auto kernel = opened->kernel();
  sense::RecordOptions options;
  options.window = window.value_or(standard_window);
  WindowProgress progress(context.environment, options.window);
  return sense::record(kernel, options,
                       [&progress](double share) { return progress.update(share); });
}

Result<Recording> read_recording(const std::string& file) {
  WEIR_TRY(const std::string text, read_file(file));
  return codec::parse_recording(text).with_context(file);
}

Result<std::vector<ConfigLine>> read_config_lines(kernel::Files& files,
                                                  const std::vector<std::string>& paths) {
  WEIR_TRY(const auto expanded, expand_folders(files, paths));
  return sense::read_configuration_files(files, expanded);
}

ConfigHost machine_of(const Snapshot& snapshot) {
  ConfigHost host;
  host.kernel_text = snapshot.provenance.kernel;
  host.kernel = parse_kernel_version(host.kernel_text).value_or(KernelVersion{});
  host.memory = snapshot.host.memory;
  host.page_size = snapshot.host.page_size;
  host.cpus = snapshot.host.cpus;
  host.ehash_entries = snapshot.host.ehash_entries;
  return host;
}

}  // namespace weir::app
