#include "ui/view/configuration.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ui/view/numbers.h"

namespace weir::ui {
namespace {

Tone verdict_tone(const LineVerdict& verdict) {
  if (verdict.severity) return severity_tone(*verdict.severity);
  return verdict.verdict == Verdict::kernel_default || verdict.verdict == Verdict::harmless
             ? Tone::dim
             : Tone::plain;
}

Mark verdict_mark(const LineVerdict& verdict) {
  if (verdict.severity) return severity_mark(*verdict.severity);
  return verdict.verdict == Verdict::unknown ? Mark::unknown : Mark::good;
}

std::string host_text(const ConfigHost& host) {
  std::string text =
      (host.described ? "judged for Linux " : "judged for this host, Linux ") + host.kernel_text;
  if (host.memory.count > 0) text += " · " + show_quantity(host.memory.count, "bytes") + " memory";
  if (host.cpus > 0) text += " · " + show_plural(host.cpus, "CPU", "CPUs");
  return text;
}

Paragraph config_summary(const ConfigReport& report) {
  std::optional<Severity> worst;
  std::int64_t asking = 0;
  for (const auto& line : report.lines) {
    if (!line.severity) continue;
    ++asking;
    worst = worst ? std::max(*worst, *line.severity) : *line.severity;
  }
  const auto lines = show_plural(static_cast<std::int64_t>(report.lines.size()), "line", "lines");
  if (!worst)
    return {{{"OK: ", Tone::good}, {"no objection to " + lines, Tone::strong}}, Mark::good, 0};
  return {{{std::to_string(asking) + " of " + lines, severity_tone(*worst)},
           {" should be checked", Tone::strong}},
          severity_mark(*worst),
          0};
}

}  // namespace

View config_view(const ConfigReport& report) {
  View view;
  view.blocks.emplace_back(config_summary(report));
  view.blocks.emplace_back(Paragraph{{{host_text(report.host), Tone::dim}}, Mark::none, 2});
  std::string file;
  for (const auto& verdict : report.lines) {
    if (verdict.line.file != file) {
      file = verdict.line.file;
      view.blocks.emplace_back(Gap{});
      view.blocks.emplace_back(Paragraph{{{file, Tone::strong}}, Mark::none, 0});
    }
    Text text{{std::to_string(verdict.line.line) + ": ", Tone::dim},
              {verdict.line.key + " = " + verdict.line.value + "  ",
               verdict.severity ? Tone::strong : Tone::plain},
              {std::string(verdict_id(verdict.verdict)), verdict_tone(verdict)}};
    if (!verdict.default_value.empty() && verdict.default_value != verdict.line.value)
      text.push_back({"  (default " + verdict.default_value + ")", Tone::dim});
    view.blocks.emplace_back(Paragraph{std::move(text), verdict_mark(verdict), 0});
    if (!verdict.why.empty()) view.blocks.emplace_back(Paragraph{{{verdict.why}}, Mark::none, 6});
  }
  return view;
}

}  // namespace weir::ui
