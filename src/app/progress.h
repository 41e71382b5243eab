// WindowProgress: one line on the terminal while a window passes, and the user's wish to end it
// early. Not the sampling: sense/record.h calls it.
#pragma once

#include <string>

#include "app/environment.h"
#include "base/units.h"

namespace weir::app {

/// While it lives, SIGINT and SIGTERM are held back, so that they end the window and not the
/// program.
class WindowProgress {
 public:
  WindowProgress(const Environment& environment, Nanoseconds window);
  WindowProgress(const WindowProgress&) = delete;
  WindowProgress& operator=(const WindowProgress&) = delete;
  WindowProgress(WindowProgress&&) = delete;
  WindowProgress& operator=(WindowProgress&&) = delete;
  ~WindowProgress();

  /// Draws; returns false once a signal has asked to end.
  bool update(double share);

 private:
  void clear();

  bool visible_;
  bool unicode_;
  Nanoseconds window_;
  std::string drawn_;
};

}  // namespace weir::app
