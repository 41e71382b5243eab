#include "ui/view/view.h"

namespace weir::ui {

Tone severity_tone(Severity severity) {
  switch (severity) {
    case Severity::notice: return Tone::notice;
    case Severity::warning: return Tone::warning;
    case Severity::critical: return Tone::critical;
  }
  return Tone::plain;
}

Mark severity_mark(Severity severity) {
  switch (severity) {
    case Severity::notice: return Mark::notice;
    case Severity::warning: return Mark::warning;
    case Severity::critical: return Mark::critical;
  }
  return Mark::none;
}

}  // namespace weir::ui
