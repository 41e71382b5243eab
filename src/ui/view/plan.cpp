#include "ui/view/plan.h"

#include <algorithm>
#include <utility>

#include "ui/view/numbers.h"

namespace weir::ui {
namespace {

std::string what_changes(const Step& step) {
  const std::string title = step_title(step_kind(step), step_target_name(step));
  const auto* listener = std::get_if<ListenerTarget>(&step.target);
  return listener == nullptr || listener->command.empty() ? title
                                                          : title + " (" + listener->command + ")";
}

/// At most this number of evidence lines: the JSON has the rest.
constexpr std::size_t shown_evidence = 6;

std::string join(std::string text, const std::vector<std::string>& more) {
  for (std::size_t i = 0; i < std::min(more.size(), shown_evidence); ++i)
    text += (text.empty() ? "" : ", ") + more[i];
  return text;
}

void add_line(View& view, const LineAdvice& advice) {
  view.blocks.emplace_back(Paragraph{{{std::to_string(advice.line.line) + ": ", Tone::dim},
                                      {advice.line.key + " = " + advice.line.value + "  "},
                                      {advice.verdict, Tone::strong}},
                                     Mark::none,
                                     0});
  view.blocks.emplace_back(
      Paragraph{{{"Instead: ", Tone::dim}, {advice.instead, Tone::strong}}, Mark::none, 6});
  if (!advice.why.empty()) view.blocks.emplace_back(Paragraph{{{advice.why}}, Mark::none, 6});
}

/// The lines under their file's name, in the file's order.
void add_lines(View& view, const std::vector<LineAdvice>& lines) {
  std::string file;
  for (const auto& advice : lines) {
    if (advice.line.file != file) {
      file = advice.line.file;
      view.blocks.emplace_back(Gap{});
      view.blocks.emplace_back(
          Paragraph{{{file, Tone::strong}, {", line by line"}}, Mark::none, 0});
    }
    add_line(view, advice);
  }
}

Paragraph change_line(const Step& step, std::size_t number) {
  return {{{std::to_string(number) + ". ", Tone::dim},
           {what_changes(step) + "  ", Tone::strong},
           {step.expected, Tone::removed},
           {" → "},
           {step.wanted, Tone::added}},
          Mark::none,
          0};
}

void add_step(View& view, const Step& step, std::size_t number) {
  view.blocks.emplace_back(Gap{});
  view.blocks.emplace_back(change_line(step, number));
  Fields fields;
  const auto add = [&fields](const char* label, const std::string& text) {
    if (!text.empty()) fields.fields.push_back(Field{label, {Text{{text}}}});
  };
  add("Finding", join(step.finding, step.also_cures));
  add("Evidence", join("", step.evidence));
  add("Reason", step.reason);
  add("Formula", step.formula);
  add("Scope", step.scope);
  add("Risk", step.risk);
  add("Durable", step.durable);
  if (can_cut_traffic(step.target))
    add("Caution",
        "this step can cut traffic: weir undoes it after 2 minutes unless you confirm it");
  view.blocks.emplace_back(std::move(fields));
}

}  // namespace

View order_view(const Plan& plan, const std::map<std::string, std::string>& allowed) {
  View view;
  const auto count = static_cast<std::int64_t>(plan.steps.size());
  view.blocks.emplace_back(
      Paragraph{{{"Applying " + show_plural(count, "step", "steps"), Tone::strong},
                 {count == 1 ? "" : ", in this order"}},
                Mark::none,
                0});
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    Paragraph line = change_line(step, i + 1);
    if (!step.scope.empty()) line.text.push_back({"  " + step.scope, Tone::dim});
    view.blocks.emplace_back(std::move(line));
    const auto against = allowed.find(step_target_name(step));
    if (against != allowed.end())
      view.blocks.emplace_back(Paragraph{
          {{"Allowed with --allow, despite this: " + against->second}}, Mark::warning, 2});
  }
  view.blocks.emplace_back(Gap{});
  return view;
}

View steps_view(const Plan& plan) {
  View view;
  if (plan.steps.empty()) {
    view.blocks.emplace_back(Paragraph{
        {{"Nothing to change: no finding asks for a step that weir can take", Tone::strong}},
        Mark::good,
        0});
  } else {
    const auto count = static_cast<std::int64_t>(plan.steps.size());
    const std::string order =
        count == 1 ? "; nothing is changed yet"
                   : ", applied in this order, undone in the reverse; nothing is changed yet";
    view.blocks.emplace_back(
        Paragraph{{{"Plan of " + show_plural(count, "step", "steps"), Tone::strong}, {order}},
                  Mark::none,
                  0});
  }
  for (std::size_t i = 0; i < plan.steps.size(); ++i) add_step(view, plan.steps[i], i + 1);
  add_lines(view, plan.lines);
  if (!plan.notes.empty()) {
    view.blocks.emplace_back(Gap{});
    view.blocks.emplace_back(Paragraph{{{"Not in the plan", Tone::strong}}, Mark::none, 0});
    for (const auto& note : plan.notes)
      view.blocks.emplace_back(Paragraph{{{note}}, Mark::none, 2});
  }
  return view;
}

View plan_view(const Plan& plan, const std::string& file, const std::string& words) {
  View view = steps_view(plan);
  if (!plan.steps.empty()) {
    const std::string how =
        file.empty()
            ? "Write it to a file with `weir plan -o plan.json`, then `weir apply plan.json --confirm-within 60s" +
                  words + "`"
            : "Written to " + file + "; apply it with `weir apply " + file +
                  " --confirm-within 60s" + words + "`";
    view.blocks.emplace_back(Gap{});
    view.blocks.emplace_back(Paragraph{{{how, Tone::dim}}, Mark::none, 0});
  }
  return view;
}

}  // namespace weir::ui
