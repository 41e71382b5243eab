#include "codec/catalog_toml.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <toml++/toml.h>

namespace weir::codec {
namespace {

template <class Value>
struct Name {
  std::string_view id;
  Value value;
};

constexpr std::array<Name<ParameterKind>, 4> kinds{{{"sysctl", ParameterKind::sysctl},
                                                    {"sysfs", ParameterKind::sysfs},
                                                    {"ethtool", ParameterKind::ethtool},
                                                    {"rlimit", ParameterKind::rlimit}}};

constexpr std::array<Name<ParameterScope>, 6> scopes{
    {{"netns", ParameterScope::netns},
     {"host", ParameterScope::host},
     {"host-read-only-in-netns", ParameterScope::host_read_only_in_netns},
     {"interface", ParameterScope::interface},
     {"queue", ParameterScope::queue},
     {"process", ParameterScope::process}}};

constexpr std::array<Name<ParameterType>, 3> types{{{"integer", ParameterType::integer},
                                                    {"integers", ParameterType::integers},
                                                    {"text", ParameterType::text}}};

constexpr std::array<Name<Direction>, 4> directions{{{"to-server", Direction::to_server},
                                                     {"to-client", Direction::to_client},
                                                     {"crossing", Direction::crossing},
                                                     {"none", Direction::none}}};

constexpr std::array<Name<Side>, 3> sides{
    {{"server", Side::server}, {"client", Side::client}, {"both", Side::both}}};

template <class Value, std::size_t N>
std::optional<Value> find_name(const std::array<Name<Value>, N>& names, std::string_view id) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const Name<Value>& name) { return name.id == id; });
  return found == names.end() ? std::nullopt : std::optional(found->value);
}

/// The verdicts that a rule of knowledge/ may give; the other verdicts come from facts, not from
/// rules.
std::optional<Verdict> parse_rule_verdict(std::string_view id) {
  constexpr std::array allowed{Verdict::harmful,     Verdict::inert, Verdict::lowers_default,
                               Verdict::conditional, Verdict::mixed, Verdict::harmless};
  const auto verdict = parse_verdict(id);
  return verdict && std::find(allowed.begin(), allowed.end(), *verdict) != allowed.end()
             ? verdict
             : std::nullopt;
}

std::optional<KernelVersion> parse_exact_version(std::string_view text) {
  if (text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  return parse_kernel_version(text);
}

/// Remembers only the first error in a file, because later errors often follow from it.
class Problems {
 public:
  explicit Problems(std::string_view file) : file_(file) {}

  void add(const toml::node& where, std::string_view what) { add(where.source().begin.line, what); }
  void add(std::uint32_t line, std::string_view what) {
    if (!first_)
      first_ = make_error(ErrorCode::malformed, std::string(file_) + ":" + std::to_string(line) +
                                                    ": " + std::string(what));
  }
  [[nodiscard]] const std::optional<Error>& first() const { return first_; }

 private:
  std::string_view file_;
  std::optional<Error> first_;
};

/// Reads one table of a file key by key. A wrong type or a missing key becomes a problem.
class Reader {
 public:
  Reader(const toml::table& table, Problems& problems) : table_(table), problems_(problems) {}

  [[nodiscard]] std::string text(std::string_view key) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return {};
    if (const auto* value = node->as_string()) return std::string(trim(value->get()));
    problems_.add(*node, quoted(key) + " is not a text");
    return {};
  }

  [[nodiscard]] std::string required_text(std::string_view key) const {
    auto value = text(key);
    if (value.empty()) problems_.add(table_, "the entry has no " + quoted(key));
    return value;
  }

  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return std::nullopt;
    if (const auto* value = node->as_integer()) return value->get();
    problems_.add(*node, quoted(key) + " is not an integer");
    return std::nullopt;
  }

  /// False if the key is missing.
  [[nodiscard]] bool flag(std::string_view key) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return false;
    if (const auto* value = node->as_boolean()) return value->get();
    problems_.add(*node, quoted(key) + " is neither true nor false");
    return false;
  }

  [[nodiscard]] std::vector<std::string> texts(std::string_view key) const {
    std::vector<std::string> values;
    each(key, [&](const toml::node& item) {
      if (const auto* value = item.as_string()) {
        values.emplace_back(trim(value->get()));
      } else {
        problems_.add(item, quoted(key) + " holds something that is not a text");
      }
    });
    return values;
  }

  [[nodiscard]] std::vector<int> small_integers(std::string_view key, int limit) const {
    std::vector<int> values;
    each(key, [&](const toml::node& item) {
      const auto* value = item.as_integer();
      if (value != nullptr && value->get() >= 0 && value->get() < limit) {
        values.push_back(static_cast<int>(value->get()));
      } else {
        problems_.add(item, quoted(key) + " holds something that is not an integer from 0 to " +
                                std::to_string(limit - 1));
      }
    });
    return values;
  }

  /// Passes the text of `key` to `parse`; returns nothing if the key is missing.
  template <class Parse>
  [[nodiscard]] auto named(std::string_view key, Parse parse) const
      -> decltype(parse(std::string_view())) {
    const auto value = text(key);
    if (value.empty()) return std::nullopt;
    auto parsed = parse(value);
    if (!parsed)
      problems_.add(*table_.get(key), "'" + value + "' is not a valid " + std::string(key));
    return parsed;
  }

  /// Calls `visit(Reader)` for each table of an array of tables.
  template <class Visit>
  void tables(std::string_view key, Visit visit) const {
    each(key, [&](const toml::node& item) {
      if (const auto* table = item.as_table()) {
        visit(Reader(*table, problems_));
      } else {
        problems_.add(item, quoted(key) + " holds something that is not a table");
      }
    });
  }

  /// Calls `visit(name, Reader)` for each table below the table `key`.
  template <class Visit>
  void named_tables(std::string_view key, Visit visit) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    const auto* all = node->as_table();
    if (all == nullptr) return problems_.add(*node, quoted(key) + " is not a table of tables");
    for (const auto& entry : *all) {
      if (const auto* table = entry.second.as_table()) {
        visit(std::string(entry.first.str()), Reader(*table, problems_));
      } else {
        problems_.add(entry.second, quoted(key) + " holds something that is not a table");
      }
    }
  }

  /// Calls `visit(name, text)` for each text of the table `key`.
  template <class Visit>
  void named_texts(std::string_view key, Visit visit) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    const auto* all = node->as_table();
    if (all == nullptr) return problems_.add(*node, quoted(key) + " is not a table of texts");
    for (const auto& entry : *all) {
      if (const auto* value = entry.second.as_string()) {
        visit(std::string(entry.first.str()), value->get());
      } else {
        problems_.add(entry.second, quoted(key) + " holds something that is not a text");
      }
    }
  }

  void complain(std::string_view what) const { problems_.add(table_, what); }

 private:
  static std::string quoted(std::string_view key) { return "'" + std::string(key) + "'"; }

  template <class Visit>
  void each(std::string_view key, Visit visit) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return;
    const auto* array = node->as_array();
    if (array == nullptr) return problems_.add(*node, quoted(key) + " is not a list");
    for (const auto& item : *array) visit(item);
  }

  const toml::table& table_;
  Problems& problems_;
};

Stage read_stage(const Reader& entry) {
  if (entry.required_text("stage").empty()) return Stage::host;
  return entry.named("stage", parse_stage).value_or(Stage::host);
}

std::vector<Stage> read_also_stages(const Reader& entry) {
  std::vector<Stage> stages;
  for (const auto& id : entry.texts("also_stages")) {
    if (const auto stage = parse_stage(id)) {
      stages.push_back(*stage);
    } else {
      entry.complain("'" + id + "' in 'also_stages' is not a stage");
    }
  }
  return stages;
}

std::vector<ParameterDefault> read_defaults(const Reader& entry) {
  std::vector<ParameterDefault> defaults;
  entry.tables("default", [&](const Reader& table) {
    ParameterDefault one;
    one.since = table.named("since", parse_exact_version).value_or(KernelVersion{});
    one.value = table.text("value");
    one.rule = table.text("rule");
    one.note = table.text("note");
    if (one.value.empty() == one.rule.empty())
      table.complain("a default has either a 'value' or a 'rule'");
    if (!defaults.empty() && one.since <= defaults.back().since)
      table.complain("the oldest default comes first");
    defaults.push_back(std::move(one));
  });
  return defaults;
}

std::vector<VerdictRule> read_verdicts(const Reader& entry) {
  std::vector<VerdictRule> rules;
  entry.tables("verdict", [&](const Reader& table) {
    VerdictRule rule;
    rule.when = table.required_text("when");
    rule.why = table.required_text("why");
    rule.remedy = table.text("remedy");
    rule.severity = table.named("severity", parse_severity);
    if (!table.required_text("verdict").empty())
      rule.verdict = table.named("verdict", parse_rule_verdict).value_or(Verdict::changed);
    rules.push_back(std::move(rule));
  });
  return rules;
}

void read_texts(const Reader& entry, Parameter& parameter) {
  parameter.scope_note = entry.text("scope_note");
  parameter.unit = entry.text("unit");
  parameter.summary = entry.text("summary");
  parameter.behavior = entry.text("behavior");
  parameter.too_small = entry.texts("too_small");
  parameter.too_large = entry.texts("too_large");
  parameter.formula = entry.text("formula");
  parameter.risk = entry.text("risk");
  parameter.wrong_advice = entry.text("wrong_advice");
  parameter.version_notes = entry.text("version_notes");
  parameter.persist_note = entry.text("persist_note");
  parameter.measured = entry.texts("measured");
  parameter.sources = entry.texts("sources");
  parameter.see = entry.texts("see");
}

Parameter read_parameter(const Reader& entry) {
  constexpr std::int64_t most_integers = 64;
  Parameter parameter;
  parameter.name = entry.required_text("name");
  parameter.kind = entry.named("kind", [](std::string_view id) { return find_name(kinds, id); })
                       .value_or(ParameterKind::sysctl);
  parameter.scope = entry.named("scope", [](std::string_view id) { return find_name(scopes, id); })
                        .value_or(ParameterScope::netns);
  parameter.type = entry.named("type", [](std::string_view id) { return find_name(types, id); })
                       .value_or(ParameterType::integer);
  parameter.stage = read_stage(entry);
  parameter.also_stages = read_also_stages(entry);
  const auto count = entry.integer("count").value_or(1);
  if (count < 1 || count > most_integers) entry.complain("'count' is not from 1 to 64");
  parameter.count = static_cast<int>(std::clamp<std::int64_t>(count, 1, most_integers));
  parameter.min = entry.integer("min");
  parameter.max = entry.integer("max");
  if (parameter.min && parameter.max && *parameter.min > *parameter.max)
    entry.complain("'min' is above 'max'");
  parameter.since = entry.named("since", parse_exact_version);
  parameter.removed = entry.named("removed", parse_exact_version);
  parameter.inert_since = entry.named("inert_since", parse_exact_version);
  parameter.lower_is_worse = entry.small_integers("lower_is_worse", parameter.count);
  parameter.defaults = read_defaults(entry);
  parameter.verdicts = read_verdicts(entry);
  read_texts(entry, parameter);
  return parameter;
}

FindingText read_finding_text(const Reader& table) {
  return {table.text("title"), table.text("meaning"), table.text("remedy"), table.text("risk")};
}

FindingEntry read_finding(const Reader& entry) {
  FindingEntry finding;
  finding.id = entry.required_text("id");
  finding.planned = entry.flag("planned");
  entry.tables("explains", [&](const Reader& table) {
    if (table.required_text("symptom").empty() || table.required_text("when").empty()) return;
    finding.explains.push_back({table.required_text("symptom"),
                                table.named("when", parse_relation).value_or(Relation::always)});
  });
  finding.stage = read_stage(entry);
  finding.text = read_finding_text(entry);
  entry.named_tables("variant", [&](std::string name, const Reader& table) {
    finding.variants.emplace(std::move(name), read_finding_text(table));
  });
  finding.told_apart_by = entry.text("told_apart_by");
  finding.counters = entry.texts("counters");
  finding.parameters = entry.texts("parameters");
  finding.sources = entry.texts("sources");
  return finding;
}

ServerEntry read_server(const Reader& entry) {
  ServerEntry server;
  server.comms = entry.texts("comms");
  server.title = entry.required_text("title");
  server.setting = entry.text("setting");
  server.where = entry.text("where");
  server.standard = entry.text("standard");
  server.needs = entry.text("needs");
  server.source = entry.text("source");
  return server;
}

VisitScene read_scene(const Reader& entry) {
  VisitScene scene;
  scene.id = entry.required_text("id");
  scene.title = entry.required_text("title");
  scene.summary = entry.text("summary");
  entry.tables("step", [&](const Reader& table) {
    VisitStep step;
    step.direction =
        table.named("direction", [](std::string_view id) { return find_name(directions, id); })
            .value_or(Direction::none);
    step.segment = table.required_text("segment");
    step.client = table.text("client");
    step.server = table.text("server");
    step.waits = table.text("waits");
    step.stage = read_stage(table);
    step.side = table.named("side", [](std::string_view id) { return find_name(sides, id); })
                    .value_or(Side::server);
    step.parameters = table.texts("parameters");
    step.note = table.text("note");
    scene.steps.push_back(std::move(step));
  });
  return scene;
}

/// All entries of one file, in order.
template <class Entry>
Result<std::vector<Entry>> read_file(std::string_view file, std::string_view text,
                                     std::string_view key, Entry (*read)(const Reader&),
                                     const std::string& (*identity)(const Entry&),
                                     std::map<std::string, std::string>* placeholders = nullptr) {
  try {
    const toml::table root = toml::parse(text, file);
    Problems problems(file);
    std::vector<Entry> entries;
    std::set<std::string> seen;
    const Reader reader(root, problems);
    if (placeholders != nullptr)
      reader.named_texts("placeholder", [&](std::string name, const std::string& phrase) {
        placeholders->emplace(std::move(name), phrase);
      });
    reader.tables(key, [&](const Reader& table) {
      auto entry = read(table);
      if (!seen.insert(identity(entry)).second)
        table.complain("'" + identity(entry) + "' is defined twice");
      entries.push_back(std::move(entry));
    });
    if (problems.first()) return *problems.first();
    return entries;
  } catch (const toml::parse_error& error) {
    Problems problems(file);
    problems.add(error.source().begin.line, error.description());
    return *problems.first();
  } catch (const std::exception& error) {
    return make_error(ErrorCode::malformed, std::string(file) + ": " + error.what());
  }
}

}  // namespace

Result<Catalog> parse_catalog(std::string_view parameters_toml, std::string_view findings_toml,
                              std::string_view servers_toml) {
  using Text = const std::string&;
  std::map<std::string, std::string> placeholders;
  WEIR_TRY(auto parameters,
           read_file<Parameter>("parameters.toml", parameters_toml, "parameter", read_parameter,
                                [](const Parameter& p) -> Text { return p.name; }));
  WEIR_TRY(auto findings, read_file<FindingEntry>(
                              "findings.toml", findings_toml, "finding", read_finding,
                              [](const FindingEntry& f) -> Text { return f.id; }, &placeholders));
  WEIR_TRY(auto servers,
           read_file<ServerEntry>("servers.toml", servers_toml, "server", read_server,
                                  [](const ServerEntry& s) -> Text { return s.title; }));
  return Catalog(std::move(parameters), std::move(findings), std::move(servers),
                 std::move(placeholders));
}

Result<std::vector<VisitScene>> parse_visit(std::string_view visit_toml) {
  return read_file<VisitScene>("visit.toml", visit_toml, "scene", read_scene,
                               [](const VisitScene& s) -> const std::string& { return s.id; });
}

}  // namespace weir::codec
