#include "app/progress.h"

#include <csignal>
#include <ctime>

#include <unistd.h>

#include "ui/cli/chain_text.h"
#include "ui/view/numbers.h"

namespace weir::app {
namespace {

constexpr std::size_t bar_width = 30;

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

/// Whether one of them was held back; it is used up.
bool take_signal() {
  const sigset_t signals = ending_signals();
  const timespec at_once{};
  return sigtimedwait(&signals, nullptr, &at_once) > 0;
}

void draw(const std::string& text) {
  // A progress line that cannot be drawn hides nothing.
  static_cast<void>(write(STDERR_FILENO, text.data(), text.size()) >= 0);
}

}  // namespace

WindowProgress::WindowProgress(const Environment& environment, Nanoseconds window)
    : visible_(environment.err_is_terminal && environment.term != "dumb"),
      unicode_(is_utf8_locale(environment.locale)),
      window_(window) {
  const sigset_t signals = ending_signals();
  sigprocmask(SIG_BLOCK, &signals, nullptr);
}

WindowProgress::~WindowProgress() {
  clear();
  const sigset_t signals = ending_signals();
  sigprocmask(SIG_UNBLOCK, &signals, nullptr);
}

bool WindowProgress::update(double share) {
  if (take_signal()) return false;
  if (!visible_) return true;
  const Nanoseconds passed{static_cast<std::int64_t>(share * static_cast<double>(window_.count))};
  std::string line = "watching " +
                     ui::bar_text(share, share, bar_width, ui::Tone::plain, {80, false, unicode_}) +
                     " " + ui::show_duration(passed) + " of " + ui::show_duration(window_);
  if (line == drawn_) return true;
  draw("\r" + line + "\x1b[K");
  drawn_ = std::move(line);
  return true;
}

void WindowProgress::clear() {
  if (!drawn_.empty()) draw("\r\x1b[K");
  drawn_.clear();
}

}  // namespace weir::app
