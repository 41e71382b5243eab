#include "ui/cli/chain_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "ui/cli/layout.h"
#include "ui/view/numbers.h"

namespace weir::ui {
namespace {

struct Sign {
  std::string_view unicode;
  std::string_view ascii;
  Tone tone;
};

Sign sign(Mark mark) {
  switch (mark) {
    case Mark::none: return {" ", " ", Tone::plain};
    case Mark::good: return {"●", "+", Tone::good};
    case Mark::unknown: return {"○", "-", Tone::dim};
    case Mark::notice: return {"◆", "i", Tone::notice};
    case Mark::warning: return {"▲", "!", Tone::warning};
    case Mark::critical: return {"✖", "X", Tone::critical};
  }
  return {" ", " ", Tone::plain};
}

/// The widths of the columns. Those that are 0 are left out.
struct ChainLayout {
  std::size_t resource = 0;
  std::size_t number = 0;   ///< each of used, peak, capacity; a goal has no peak
  std::size_t of_text = 0;  ///< "512 of 512" in one column, if three do not fit
  std::size_t bar = 0;
};

/// A bar with at least this share is highlighted, whether or not a finding exists.
constexpr double nearly_full = 0.8;
constexpr std::size_t mark_width = 2;
constexpr std::size_t stage_width = 14;
constexpr std::size_t share_width = 7;
constexpr std::size_t overflow_width = 11;
constexpr std::size_t fixed_width = mark_width + stage_width + share_width + overflow_width;

/// "17 of 511", "9216 of 190 k pages": the unit once if both numbers have the same unit.
std::string peak_of_capacity(const Gauge& gauge) {
  std::string peak = gauge.peak.empty() ? gauge.used : gauge.peak;
  if (gauge.capacity.empty() || peak.empty()) return peak;
  const auto unit = gauge.capacity.rfind(' ');
  if (unit != std::string::npos && peak.ends_with(gauge.capacity.substr(unit)))
    peak.resize(peak.size() - (gauge.capacity.size() - unit));
  return peak + " of " + gauge.capacity;
}

ChainLayout layout(const Chain& chain, std::size_t width) {
  std::size_t longest = 8;
  std::size_t longest_of = 16;
  for (const auto& gauge : chain.gauges) {
    longest = std::max(longest, display_width(gauge.resource) + (gauge.others > 0 ? 6 : 0));
    longest_of = std::max(longest_of, display_width(peak_of_capacity(gauge)));
  }
  ChainLayout columns;
  // 26 at 60 columns, 46 at 80, 86 at 120, 166 at 200
  std::size_t room = std::max(width, narrowest_width) - fixed_width;
  if (width >= 110) {
    columns.number = 12;
    room -= (chain.of_goal ? 2 : 3) * columns.number;
  } else if (width >= 76) {
    columns.of_text = std::min<std::size_t>(longest_of, 22);
    room -= columns.of_text;
  }
  constexpr std::size_t widest_resource = 48;
  constexpr std::size_t narrowest_bar = 10;
  columns.resource = std::min({longest + 1, widest_resource, room - narrowest_bar});
  columns.bar = room - columns.resource;
  return columns;
}

std::string cell(const Terminal& terminal, std::string_view text, std::size_t width,
                 bool right = false, Tone tone = Tone::plain) {
  const std::string shown = shorten(terminal, printable(terminal, text), width);
  const std::string painted = paint(terminal, tone, shown);
  return right ? pad_left(painted, width) : pad_right(painted, width);
}

std::string header(const Chain& chain, const ChainLayout& columns, const Terminal& terminal) {
  std::string line = std::string(mark_width, ' ') + pad_right("STAGE", stage_width) +
                     pad_right("TIGHTEST", columns.resource);
  if (columns.number > 0) {
    line += pad_left(chain.of_goal ? "NEEDED" : "USED", columns.number);
    if (!chain.of_goal) line += pad_left("PEAK", columns.number);
    line += pad_left(chain.of_goal ? "HAS" : "CAPACITY", columns.number);
  }
  if (columns.of_text > 0)
    line += pad_left(chain.of_goal ? "NEEDED OF HAS" : "PEAK OF CAPACITY", columns.of_text);
  line += "  " + pad_right("", columns.bar - 2) + pad_left("SHARE", share_width - 1) + " " +
          pad_left(chain.of_goal ? "BREAKS AT" : "OVERFLOWS", overflow_width);
  return paint(terminal, Tone::dim, line) + "\n";
}

std::string numbers(const Gauge& gauge, bool of_goal, const ChainLayout& columns,
                    const Terminal& terminal) {
  const auto or_dash = [](const std::string& text) {
    return text.empty() ? std::string("–") : text;
  };
  if (columns.number > 0) {
    const std::string peak =
        of_goal ? std::string() : cell(terminal, or_dash(gauge.peak), columns.number, true);
    return cell(terminal, or_dash(gauge.used), columns.number, true) + peak +
           cell(terminal, or_dash(gauge.capacity), columns.number, true);
  }
  if (columns.of_text > 0) return cell(terminal, peak_of_capacity(gauge), columns.of_text, true);
  return {};
}

std::string resource_cell(const Gauge& gauge, const ChainLayout& columns,
                          const Terminal& terminal) {
  const std::string others = gauge.others > 0 ? " +" + std::to_string(gauge.others) : "";
  const std::size_t room = columns.resource - std::min(columns.resource, display_width(others) + 1);
  const std::string name = shorten(terminal, printable(terminal, gauge.resource), room);
  return pad_right(name + paint(terminal, Tone::dim, others), columns.resource);
}

std::string gauge_line(const Gauge& gauge, bool of_goal, const ChainLayout& columns,
                       const Terminal& terminal) {
  const Tone tone = sign(gauge.mark).tone;
  const bool calm =
      gauge.mark == Mark::good || gauge.mark == Mark::unknown || gauge.mark == Mark::notice;
  std::string line = mark_text(gauge.mark, terminal) +
                     cell(terminal, gauge.stage, stage_width, false, calm ? Tone::plain : tone);
  if (gauge.resource.empty())
    return line + paint(terminal, Tone::dim, of_goal ? "nothing needed" : "nothing measured");
  line +=
      resource_cell(gauge, columns, terminal) + numbers(gauge, of_goal, columns, terminal) + "  ";
  if (gauge.peak_share) {
    const Tone bar_tone = !calm                              ? tone
                          : *gauge.peak_share >= nearly_full ? Tone::warning
                                                             : Tone::good;
    line += bar_text(gauge.used_share.value_or(0), *gauge.peak_share, columns.bar - 2, bar_tone,
                     terminal);
    line += cell(terminal, show_share(*gauge.peak_share), share_width - 1, true) + " ";
  } else {
    // If the terminal is too narrow for a column of numbers, shows the number where the bar would
    // be.
    const bool has_numbers = columns.number > 0 || columns.of_text > 0;
    line += cell(terminal, has_numbers ? "" : peak_of_capacity(gauge),
                 columns.bar - 2 + share_width - 1, true) +
            " ";
  }
  if (of_goal)
    return line + cell(terminal, gauge.breaks_at, overflow_width, true, calm ? Tone::dim : tone);
  if (!gauge.overflows) return line;
  return line + cell(terminal, show_count(*gauge.overflows), overflow_width, true,
                     *gauge.overflows > 0 ? Tone::critical : Tone::dim);
}

}  // namespace

std::string mark_text(Mark mark, const Terminal& terminal) {
  const Sign chosen = sign(mark);
  return paint(terminal, chosen.tone, terminal.unicode ? chosen.unicode : chosen.ascii) + " ";
}

std::string bar_text(double used_share, double peak_share, std::size_t columns, Tone tone,
                     const Terminal& terminal) {
  const auto cells = [columns](double share) {
    if (!(share > 0)) return std::size_t{0};
    const double exact = std::min(share, 1.0) * static_cast<double>(columns);
    return std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(exact)), 1, columns);
  };
  const std::size_t used = cells(used_share);
  const std::size_t peak = std::max(used, cells(peak_share));
  const bool unicode = terminal.unicode;
  return paint(terminal, tone,
               repeat(unicode ? "█" : "#", used) + repeat(unicode ? "▒" : "+", peak - used)) +
         paint(terminal, Tone::dim, repeat(unicode ? "·" : ".", columns - peak));
}

std::string chain_text(const Chain& chain, const Terminal& terminal) {
  const ChainLayout columns = layout(chain, terminal.width);
  std::string text = header(chain, columns, terminal);
  for (const auto& gauge : chain.gauges) {
    std::string line = gauge_line(gauge, chain.of_goal, columns, terminal);
    while (line.ends_with(' ')) line.pop_back();
    text += line + "\n";
  }
  return text;
}

}  // namespace weir::ui
