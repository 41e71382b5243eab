// Measures the effect of tuning: throughput of long transfers over a long path, and connections per
// second of nginx. It compares the kernel's defaults, recipes that people use, and weir's plan.
// Prints a page of Markdown; messages about progress go to standard error. Exit code 1: weir's
// median is below the best of the others by more than two equal runs differ
// (lab::compute_repeatability); 3: a measurement failed. Needs root. Usage: tuning_proof
// PATH-OF-WEIR TUTORIAL.conf FOLDER-OF-TUNED'S-PROFILES [--short]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/utsname.h>

#include "base/text.h"
#include "tuning_hosts.h"

namespace {

using namespace weir;
using bench::Notes;
using bench::Timing;
using bench::Variant;
using lab::Contestant;

/// 256 MiB: more than any path here holds
constexpr const char* huge_buffers = "4096 131072 268435456";

/// A measured quantity, and the direction in which it is better.
struct Quantity {
  std::string name;
  double unit = 1;  ///< the page shows the value divided by this
  int digits = 0;
  bool higher_is_better = true;
  bool decides = true;  ///< whether weir must not be worse in it
};

struct Load {
  std::string title;
  std::vector<Quantity> quantities;
  /// Sets a variant up and returns its measure; the namespaces live as long as the measure.
  std::function<Result<std::function<Result<std::vector<std::int64_t>>()>>(const Variant&, Notes&)>
      set_up;
  std::string weir_profile;
  bool shows_capacity = false;
};

Result<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return make_error(ErrorCode::not_found, "could not read " + path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

/// User and kernel time of all CPUs, and all of their time, in ticks.
struct CpuTime {
  std::int64_t busy = 0;
  std::int64_t all = 0;
};
CpuTime read_cpu_time() {
  CpuTime time;
  const auto text = read_text("/proc/stat").value_or("");
  const auto words = split_words(std::string_view(text).substr(0, text.find('\n')));
  // after the name: user, nice, system, idle, iowait, irq, softirq, steal
  constexpr std::size_t idle = 4;
  constexpr std::size_t iowait = 5;
  constexpr std::size_t columns = 9;
  for (std::size_t i = 1; i < std::min(words.size(), columns); ++i) {
    const std::int64_t ticks = parse_integer(words[i]).value_or(0);
    time.all += ticks;
    if (i != idle && i != iowait) time.busy += ticks;
  }
  return time;
}

Result<std::vector<Variant>> make_variants(const std::string& tutorial, const std::string& tuned,
                                           bool is_short) {
  std::vector<Variant> variants{{"kernel defaults"}};
  if (!is_short) variants.push_back({"kernel defaults, another host"});
  WEIR_TRY(const std::string text, read_text(tutorial));
  variants.push_back({"classic tutorial", lab::parse_sysctl_recipe(text)});
  const auto reader = [&](const std::string& profile) {
    return read_text(tuned + "/" + profile + "/tuned.conf");
  };
  for (const char* profile : {"network-throughput", "network-latency"}) {
    if (is_short) continue;
    WEIR_TRY(auto lines, lab::read_tuned_profile(profile, reader));
    variants.push_back({std::string("tuned ") + profile, std::move(lines)});
  }
  return variants;
}

void add_weir(const Load& load, bool is_short, std::vector<Variant>& variants) {
  variants.push_back({"weir plan", {}, ""});
  if (!is_short)
    variants.push_back({"weir plan --profile " + load.weir_profile, {}, load.weir_profile});
  if (load.shows_capacity)
    variants.push_back({"(buffers of 256 MiB)",
                        {{"net.ipv4.tcp_rmem", huge_buffers}, {"net.ipv4.tcp_wmem", huge_buffers}},
                        {},
                        false});
}

std::string show(std::int64_t value, const Quantity& quantity) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", quantity.digits,
                static_cast<double>(value) / quantity.unit);
  return text;
}

void print_table(const Load& load, const std::vector<Contestant>& contestants) {
  std::printf("| |");
  for (const auto& quantity : load.quantities)
    std::printf(" %s |%s", quantity.name.c_str(), quantity.decides ? " of the defaults |" : "");
  std::printf("\n|---|");
  for (const auto& quantity : load.quantities) std::printf(quantity.decides ? "---|---|" : "---|");
  std::printf("\n");
  for (const auto& one : contestants) {
    std::printf("| %s |", one.name.c_str());
    for (std::size_t i = 0; i < load.quantities.size(); ++i) {
      const auto spread = lab::compute_spread(one.values[i]);
      const auto& quantity = load.quantities[i];
      const std::int64_t base = lab::compute_spread(contestants.front().values[i]).median;
      std::printf(" %s (%s to %s) |", show(spread.median, quantity).c_str(),
                  show(spread.least, quantity).c_str(), show(spread.greatest, quantity).c_str());
      if (quantity.decides)
        std::printf(" %.2f |", base > 0
                                   ? static_cast<double>(spread.median) / static_cast<double>(base)
                                   : 0.0);
    }
    std::printf("\n");
  }
  std::printf("\n");
}

/// Returns whether each of weir's medians is as good as the best of the others', within the
/// difference of two equal runs.
bool print_verdict(const Quantity& quantity, std::size_t index,
                   const std::vector<Variant>& variants,
                   const std::vector<Contestant>& contestants) {
  std::vector<Contestant> competing;
  for (std::size_t i = 0; i < variants.size(); ++i)
    if (variants[i].competes) competing.push_back(contestants[i]);
  const double limit = lab::compute_repeatability(competing, index);
  const auto value = [&](std::size_t i) {
    const auto median =
        static_cast<double>(lab::compute_spread(contestants[i].values[index]).median);
    return quantity.higher_is_better ? median : -median;
  };
  const auto is_other = [&](std::size_t i) {
    return variants[i].competes && !variants[i].weir_profile;
  };
  std::size_t best = 0;
  for (std::size_t i = 0; i < variants.size(); ++i)
    if (is_other(i) && value(i) > value(best)) best = i;
  bool holds = true;
  std::printf(
      "%s: in 95 of 100 pairs, two equal runs differ by less than %.1f %%. The best of the others is %s.",
      quantity.name.c_str(), limit * 100, variants[best].name.c_str());
  for (std::size_t i = 0; i < variants.size(); ++i) {
    if (!variants[i].competes || i == best) continue;
    const double ahead = (value(i) - value(best)) / std::max(1.0, std::abs(value(best)));
    const bool is_behind = ahead < -limit;
    std::printf(" %s: %.1f %% %s%s.", variants[i].name.c_str(), std::abs(ahead) * 100,
                ahead < 0 ? "behind it" : "ahead of it",
                is_behind ? ", which is **more than two equal runs differ**" : "");
    if (!is_other(i)) holds = holds && !is_behind;
  }
  std::printf("\n\n");
  return holds;
}

Result<bool> run_load(const Load& load, std::vector<Variant> variants, const Timing& timing,
                      bool is_short, Notes& left_out) {
  add_weir(load, is_short, variants);
  Notes applied;
  std::vector<Contestant> contestants;
  for (const auto& variant : variants) {
    std::fprintf(stderr, "%s: setting up %s\n", load.title.c_str(), variant.name.c_str());
    Notes& notes = variant.weir_profile ? applied : left_out;
    auto measure = load.set_up(variant, notes);
    if (!measure.ok()) return std::move(measure).with_context(variant.name).error();
    contestants.push_back({variant.name, std::move(measure).value()});
  }
  std::fprintf(stderr, "%s: measuring\n", load.title.c_str());
  // This run is not counted. Weir's host carried the load while weir planned; now each host has
  // carried it, and holds its remains, such as TIME_WAIT.
  for (auto& one : contestants)
    if (auto carried = one.measure(); !carried.ok())
      return std::move(carried).with_context(one.name).error();
  const CpuTime before = read_cpu_time();
  WEIR_CHECK(lab::run_contest(contestants, timing.rounds));
  const CpuTime after = read_cpu_time();
  std::printf("## %s\n\n", load.title.c_str());
  print_table(load, contestants);
  bool holds = true;
  const bool is_told_from_noise = timing.rounds > 1;
  for (std::size_t i = 0; i < load.quantities.size(); ++i)
    if (load.quantities[i].decides && is_told_from_noise)
      holds = print_verdict(load.quantities[i], i, variants, contestants) && holds;
  const double busy = static_cast<double>(after.busy - before.busy) /
                      static_cast<double>(std::max<std::int64_t>(1, after.all - before.all));
  constexpr double full = 0.9;
  std::printf("The CPUs were busy for %.0f %% of the time%s.\n\n", busy * 100,
              busy >= full ? "; the CPU limits the rows that are equal" : "");
  std::printf(
      "%sThe changes that weir applied under this load:\n\n",
      is_told_from_noise ? "" : "One run of each cannot distinguish a difference from noise.\n\n");
  for (const auto& line : applied) std::printf("- %s\n", line.c_str());
  std::printf("\n");
  return holds;
}

template <class Host>
std::function<Result<std::vector<std::int64_t>>()> measure_of(Host host) {
  return [kept = std::make_shared<const Host>(std::move(host))] { return kept->measure(); };
}

Load make_bulk(const std::string& title, const bench::BulkLoad& bulk, const std::string& weir,
               const Timing& timing) {
  Load load{title, {{"Mbit/s", 1e6}}, {}, "bulk", true};
  load.set_up = [=](const Variant& variant,
                    Notes& notes) -> Result<std::function<Result<std::vector<std::int64_t>>()>> {
    WEIR_TRY(bench::BulkHost host, bench::BulkHost::set_up(variant, bulk, weir, timing, notes));
    return measure_of(std::move(host));
  };
  return load;
}

Load make_web(const std::string& weir, const Timing& timing) {
  Load load{"nginx and wrk, a connection for each request",
            {{"connections/s"}, {"p99 in ms", 1e3, 2, false}, {"failed", 1, 0, false, false}},
            {},
            "web"};
  load.set_up = [=](const Variant& variant,
                    Notes& notes) -> Result<std::function<Result<std::vector<std::int64_t>>()>> {
    WEIR_TRY(bench::WebHost host, bench::WebHost::set_up(variant, weir, timing, notes));
    return measure_of(std::move(host));
  };
  return load;
}

/// "model name" and the like of a file of "key : value" lines.
std::string find_value(const std::string& path, std::string_view key) {
  const auto text = read_text(path).value_or("");
  for (const auto line : split(text, '\n'))
    if (line.starts_with(key)) return std::string(trim(line.substr(line.find(':') + 1)));
  return "unknown";
}

std::string sysctl(const std::string& file) {
  std::string value(trim(read_text("/proc/sys/net/ipv4/" + file).value_or("unknown")));
  std::replace(value.begin(), value.end(), '\t', ' ');
  return value;
}

void print_head(const Timing& timing) {
  utsname kernel{};
  uname(&kernel);
  std::printf("# What tuning brings, measured\n\n");
  std::printf(
      "Made by `tools/tuning-proof`. Machine: %u CPUs (%s), %s of memory, Linux %s. tcp_rmem %s, tcp_wmem %s, congestion control %s.\n\n",
      std::thread::hardware_concurrency(), find_value("/proc/cpuinfo", "model name").c_str(),
      find_value("/proc/meminfo", "MemTotal").c_str(), kernel.release, sysctl("tcp_rmem").c_str(),
      sysctl("tcp_wmem").c_str(), sysctl("tcp_congestion_control").c_str());
  std::printf(
      "Every variant has its own network namespace for the client and for the server. "
      "Each namespace has the kernel's own values, but for the values of the variant's recipe. "
      "Those are set at both ends before the server starts. "
      "weir plans and applies for each end under the measured load (`weir plan`, `weir apply`, until "
      "a plan has no step). "
      "Each host carries the load once before the measurement. "
      "Then the hosts are measured in turns, %d runs of each. "
      "A cell gives the median, with the least and the greatest value in brackets. "
      "The repeatability limit of ISO 5725 says how much two equal runs differ. "
      "It is 2.77 standard deviations of single runs, without the effect that a round had on all of "
      "them. "
      "A second host with the kernel's defaults shows the difference as well. "
      "The long path is a process that carries packets between two TUN devices, without loss. "
      "The packets are uncut (64 KiB, as with segmentation offload). "
      "The last row shows what the path carries when no buffer limits it. "
      "The path uses the same CPUs as server and client.\n\n",
      timing.rounds);
}

void print_left_out(Notes left_out) {
  std::sort(left_out.begin(), left_out.end());
  left_out.erase(std::unique(left_out.begin(), left_out.end()), left_out.end());
  std::printf("## Lines of the recipes that a namespace does not accept\n\n");
  for (const auto& line : left_out) std::printf("- %s\n", line.c_str());
}

Result<bool> prove(const std::string& weir, const std::string& tutorial, const std::string& tuned,
                   bool is_short) {
  Timing timing;
  if (is_short) timing.rounds = 1;
  WEIR_TRY(const auto variants, make_variants(tutorial, tuned, is_short));
  print_head(timing);
  Notes left_out;
  bool holds = true;
  for (const auto& load :
       {make_bulk("One transfer, round trip 50 ms", {milliseconds(50), 1}, weir, timing),
        make_bulk("Eight transfers, round trip 20 ms", {milliseconds(20), 8}, weir, timing),
        make_web(weir, timing)}) {
    WEIR_TRY(const bool held,
             run_load(load, variants, timing, is_short, left_out).with_context(load.title));
    holds = holds && held;
    std::fflush(stdout);
  }
  print_left_out(left_out);
  return holds;
}

}  // namespace

int main(int count, char** arguments) {
  const bool is_short = count == 5 && std::string(arguments[4]) == "--short";
  if (count != 4 && !is_short) {
    std::fprintf(
        stderr,
        "usage: tuning_proof PATH-OF-WEIR TUTORIAL.conf FOLDER-OF-TUNED'S-PROFILES [--short]\n");
    return 2;
  }
  const auto held = prove(arguments[1], arguments[2], arguments[3], is_short);
  if (!held.ok()) {
    std::fprintf(stderr, "%s\n", held.error().message.c_str());
    return 3;
  }
  return *held || is_short ? 0 : 1;
}
