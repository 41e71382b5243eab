#include "ui/view/size.h"

#include <algorithm>
#include <utility>

#include "base/share.h"
#include "model/stage.h"
#include "ui/view/numbers.h"

namespace weir::ui {
namespace {

/// "412 k connections", "2184 connections/s", "1 Gbit/s per connection".
std::string show_load(std::int64_t count, const std::string& load) {
  if (load.starts_with("bit/s")) return show_quantity(count, "bit/s") + load.substr(5);
  return show_count(count) + " " + load;
}

std::string show_short_load(std::int64_t count, const std::string& load) {
  if (load.starts_with("bit/s")) return show_quantity(count, "bit/s");
  return show_count(count) + (load.ends_with("/s") ? "/s" : "");
}

std::string show_needed(const SizingNeed& need) { return show_quantity(need.needed, need.unit); }
std::string show_available(const SizingNeed& need) {
  return need.available ? show_quantity(*need.available, need.unit) : std::string();
}

std::string full_name(const SizingNeed& need) {
  return need.resource.empty() ? need.name : need.name + " of " + need.resource;
}

bool fits(const SizingNeed& need) { return share_carried(need).value_or(1) >= 1; }
bool can_fit(const SizingNeed& need) { return share_movable(need).value_or(1) >= 1; }

Mark mark_of(const SizingNeed& need) {
  if (!can_fit(need)) return Mark::critical;
  if (!fits(need)) return Mark::warning;
  return need.breaks_at ? Mark::good : Mark::unknown;
}

/// A stage is as bad as its worst need. This is not always the tightest need, because a setting may
/// still raise the limit of the tightest one.
Mark mark_of(const Sizing& sizing, Stage stage, Mark otherwise) {
  const auto any = [&](Mark mark) {
    return std::any_of(sizing.needs.begin(), sizing.needs.end(), [&](const SizingNeed& need) {
      return need.stage == stage && mark_of(need) == mark;
    });
  };
  return any(Mark::critical) ? Mark::critical : any(Mark::warning) ? Mark::warning : otherwise;
}

/// The need that breaks first has the least share.
const SizingNeed* tightest_need(const Sizing& sizing, Stage stage) {
  const SizingNeed* tight = nullptr;
  for (const auto& need : sizing.needs) {
    if (need.stage != stage) continue;
    if (tight == nullptr ||
        (share_carried(need) &&
         (!share_carried(*tight) || *share_carried(need) < *share_carried(*tight))))
      tight = &need;
  }
  return tight;
}

Gauge sizing_gauge(const Sizing& sizing, Stage stage) {
  Gauge gauge;
  gauge.stage = stage_id(stage);
  const auto* need = tightest_need(sizing, stage);
  if (need == nullptr) return gauge;
  gauge.mark = mark_of(sizing, stage, mark_of(*need));
  gauge.resource = full_name(*need);
  gauge.others = std::count_if(sizing.needs.begin(), sizing.needs.end(),
                               [stage](const SizingNeed& other) { return other.stage == stage; }) -
                 1;
  gauge.used = show_needed(*need);
  gauge.capacity = show_available(*need);
  gauge.used_share = find_share(need->wanted, need->breaks_at);
  // the resource carries nothing of this need
  if (need->breaks_at && *need->breaks_at <= 0 && need->wanted > 0) gauge.used_share = 1e6;
  gauge.peak_share = gauge.used_share;
  if (need->breaks_at) gauge.breaks_at = show_short_load(*need->breaks_at, need->load);
  return gauge;
}

std::string goal_text(const SizingGoal& goal) {
  std::string text = show_count(goal.connections) + " connections, " + show_count(goal.rate.count) +
                     " new a second, " + show_quantity(goal.bandwidth.count, "bit/s") + " over " +
                     show_duration(goal.round_trip);
  if (goal.upstreams > 0) text += ", to " + show_plural(goal.upstreams, "upstream", "upstreams");
  return text;
}

/// The least share among all needs, after the settings or without them.
template <class Share>
const SizingNeed* least(const Sizing& sizing, const Share& share) {
  const SizingNeed* found = nullptr;
  for (const auto& need : sizing.needs) {
    if (share(need) && (found == nullptr || *share(need) < *share(*found))) found = &need;
  }
  return found;
}

Text sizing_verdict(const Sizing& sizing) {
  const SizingNeed* first = least(sizing, share_carried);
  Text text{{goal_text(sizing.goal) + ": ", Tone::strong}};
  if (sizing.breaks.empty()) {
    text.push_back({"every known resource carries this load", Tone::good});
    if (first != nullptr)
      text.push_back({"; the tightest is " + first->name + ", which breaks at " +
                      show_load(*first->breaks_at, first->load)});
    return text;
  }
  text.push_back({"the first limit is " + full_name(*first) + ", at " +
                      show_load(*first->breaks_at, first->load),
                  Tone::warning});
  const SizingNeed* last = least(sizing, share_movable);
  if (!sizing.unreachable.empty() && last != nullptr) {
    text.push_back({"; with every setting below, the first limit is " + last->name + ", at " +
                        show_load(*last->movable_to, last->load),
                    Tone::critical});
  } else {
    text.push_back(
        {"; with the " +
             show_plural(static_cast<std::int64_t>(sizing.settings.size()), "setting", "settings") +
             " below, the machine carries this load",
         Tone::good});
  }
  return text;
}

Text sizing_host_line(const SizingHost& host) {
  std::string text = host.described ? std::string("a described machine") : host.name;
  text += " · Linux " + host.kernel_text;
  text += host.memory.count > 0 ? " · " + show_quantity(host.memory.count, "bytes")
                                : " · memory not known";
  if (host.cpus > 0) text += " · " + show_plural(host.cpus, "CPU", "CPUs");
  if (host.link_speed)
    text += " · " + host.link + " " + show_quantity(host.link_speed->count, "bit/s");
  return {{text, Tone::dim}};
}

void add_heading(View& view, const std::string& text) {
  view.blocks.emplace_back(Gap{});
  view.blocks.emplace_back(Paragraph{{{text, Tone::strong}}, Mark::none, 0});
}

void add_breaks(View& view, const Sizing& sizing) {
  if (sizing.breaks.empty()) return;
  add_heading(view, "What breaks, in order");
  for (const auto& name : sizing.breaks) {
    const SizingNeed* need = find_need(sizing, name);
    if (need == nullptr) continue;
    Text text{{full_name(*need), Tone::strong},
              {" at " + show_load(*need->breaks_at, need->load)},
              {" of " + show_short_load(need->wanted, need->load), Tone::dim}};
    if (need->available)
      text.push_back({": it has " + show_available(*need) + " and needs " + show_needed(*need)});
    view.blocks.emplace_back(Paragraph{std::move(text), mark_of(*need), 0});
    view.blocks.emplace_back(Paragraph{{{need->formula, Tone::dim}}, Mark::none, 4});
  }
}

void add_settings(View& view, const Sizing& sizing) {
  if (sizing.settings.empty()) return;
  add_heading(view, "Settings that raise these limits");
  for (const auto& setting : sizing.settings) {
    const std::string from = setting.from.empty() ? "not known" : setting.from;
    view.blocks.emplace_back(Paragraph{{{setting.name + "  ", Tone::strong},
                                        {from, Tone::removed},
                                        {" → "},
                                        {setting.to, Tone::added}},
                                       Mark::none,
                                       2});
    Fields fields;
    fields.indent = 4;
    fields.fields.push_back(Field{"Reason", {Text{{setting.reason}}}});
    fields.fields.push_back(Field{"Formula", {Text{{setting.formula}}}});
    fields.fields.push_back(Field{"Risk", {Text{{setting.risk}}}});
    view.blocks.emplace_back(std::move(fields));
  }
}

/// Whether show_quantity() prints the unit.
bool shows_unit(const std::string& unit) {
  return unit == "bytes" || unit == "pages" || unit.ends_with("/s");
}

void add_formulas(View& view, const Sizing& sizing) {
  add_heading(view, "Every need with its formula");
  Fields fields;
  for (const auto& need : sizing.needs) {
    std::string numbers =
        show_needed(need) +
        (shows_unit(need.unit)
             ? ""
             : " " + (need.needed == 1 && need.unit == "CPUs" ? "CPU" : need.unit));
    if (need.breaks_at) numbers += "; breaks at " + show_load(*need.breaks_at, need.load);
    fields.fields.push_back(
        Field{need.name, {Text{{numbers, Tone::strong}}, Text{{need.formula, Tone::dim}}}});
  }
  view.blocks.emplace_back(std::move(fields));
}

/// For another machine: the lines for its sysctl.d.
void add_sysctl_lines(View& view, const Sizing& sizing) {
  const auto is_sysctl = [](const SizingSetting& setting) {
    return setting.kind == StepKind::sysctl;
  };
  if (!sizing.host.described ||
      std::none_of(sizing.settings.begin(), sizing.settings.end(), is_sysctl))
    return;
  add_heading(view, "Lines for /etc/sysctl.d on that machine");
  for (const auto& setting : sizing.settings) {
    if (is_sysctl(setting))
      view.blocks.emplace_back(Paragraph{{{setting.name + " = " + setting.to}}, Mark::none, 2});
  }
}

void add_sentences(View& view, const std::string& heading,
                   const std::vector<std::string>& sentences, Mark mark, Tone tone) {
  if (sentences.empty()) return;
  add_heading(view, heading);
  for (const auto& sentence : sentences)
    view.blocks.emplace_back(Paragraph{{{sentence, tone}}, mark, mark == Mark::none ? 2 : 0});
}

std::string next_step(const Sizing& sizing, const std::string& plan_file) {
  if (sizing.host.described)
    return "These are values for another machine: run `weir size` there for a plan that can be applied and undone";
  if (plan_file.empty())
    return "`weir size … -o plan.json` writes the sysctls as reversible steps for `weir apply`";
  return "Written to " + plan_file + "; apply it with `weir apply " + plan_file +
         " --confirm-within 60s`";
}

}  // namespace

View size_view(const Sizing& sizing, const SizeViewOptions& options) {
  View view;
  const Mark mark = sizing.breaks.empty()        ? Mark::good
                    : sizing.unreachable.empty() ? Mark::warning
                                                 : Mark::critical;
  view.blocks.emplace_back(Paragraph{sizing_verdict(sizing), mark, 0});
  view.blocks.emplace_back(Paragraph{sizing_host_line(sizing.host), Mark::none, 2});
  view.blocks.emplace_back(Gap{});
  Chain chain;
  chain.of_goal = true;
  for (const auto stage : all_stages) chain.gauges.push_back(sizing_gauge(sizing, stage));
  view.blocks.emplace_back(std::move(chain));
  add_breaks(view, sizing);
  add_settings(view, sizing);
  add_sentences(view, "Limits that no setting can raise", sizing.unreachable, Mark::critical,
                Tone::plain);
  add_sysctl_lines(view, sizing);
  if (options.formulas) add_formulas(view, sizing);
  add_sentences(view, "Assumed or not known", sizing.notes, Mark::none, Tone::dim);
  if (!sizing.settings.empty()) {
    view.blocks.emplace_back(Gap{});
    view.blocks.emplace_back(
        Paragraph{{{next_step(sizing, options.plan_file), Tone::dim}}, Mark::none, 0});
  }
  return view;
}

}  // namespace weir::ui
