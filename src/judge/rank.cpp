#include "judge/rank.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace weir::judge {

namespace {

/// What must be the same for the one to explain the other.
enum class Link {
  owners,      ///< every process of the symptom is one of the cause's; a cause of the whole host explains all
  somaxconn,   ///< the symptom is a setting, and that setting is net.core.somaxconn
  syncookies,  ///< likewise net.ipv4.tcp_syncookies
  always,      ///< nothing: both are about the network namespace, or about the host
  listener,    ///< both are about the same listening address, and the cause loses no less
};

struct Explains {
  std::string_view cause;
  std::string_view symptom;
  Link link;
};

constexpr std::array explanations{
    Explains{"host.file-limit", "accept-queue.slow-application", Link::owners},
    Explains{"host.file-limit", "accept-queue.not-accepting", Link::owners},
    Explains{"host.file-limit", "accept-queue.app-backlog", Link::owners},
    Explains{"host.file-limit", "accept-queue.somaxconn", Link::owners},
    Explains{"host.file-limit", "accept-queue.near-full", Link::owners},
    Explains{"accept-queue.somaxconn", "host.setting-harmful", Link::somaxconn},
    Explains{"accept-queue.somaxconn", "host.setting-lowers-default", Link::somaxconn},
    // The backlog bounds both queues, and what overflows the one has mostly come through the other.
    Explains{"accept-queue.app-backlog", "syn-queue.overflow", Link::listener},
    Explains{"accept-queue.somaxconn", "syn-queue.overflow", Link::listener},
    Explains{"accept-queue.slow-application", "syn-queue.overflow", Link::listener},
    Explains{"close.close-wait-leak", "host.file-limit", Link::owners},
    Explains{"close.fin-wait-2-pileup", "time-wait.overflow", Link::always},
    Explains{"syn-queue.flood", "host.setting-harmful", Link::syncookies},
    Explains{"syn-queue.overflow", "host.setting-harmful", Link::syncookies},
    Explains{"syn-queue.reserve-drops", "host.setting-harmful", Link::syncookies},
};

bool has_pid(const Resource& resource, std::int64_t pid) { return std::find(resource.pids.begin(), resource.pids.end(), pid) != resource.pids.end(); }

/// Every process that accepts for the symptom is at the cause. A master that only holds the socket is not asked: it shares the command.
bool shares_owners(const Finding& cause, const Finding& symptom) {
  if (cause.resource.kind == "host") return true;
  const auto concerned = [&](const Resource& listener) {
    return std::any_of(listener.pids.begin(), listener.pids.end(), [&](std::int64_t pid) { return has_pid(cause.resource, pid); });
  };
  return concerned(symptom.resource) && std::all_of(symptom.also.begin(), symptom.also.end(), concerned);
}

bool is_setting(const Finding& finding, std::string_view name) { return finding.resource.kind == "setting" && finding.resource.name == name; }

bool is_same_listener(const Finding& cause, const Finding& symptom) {
  return cause.resource.kind == "listener" && symptom.resource.kind == "listener" && cause.resource.name == symptom.resource.name;
}

bool explains(const Finding& cause, const Finding& symptom) {
  if (cause.severity < symptom.severity) return false;
  for (const auto& entry : explanations) {
    if (entry.cause != cause.id || entry.symptom != symptom.id) continue;
    switch (entry.link) {
      case Link::owners: return shares_owners(cause, symptom);
      case Link::somaxconn: return is_setting(symptom, "net.core.somaxconn");
      case Link::syncookies: return is_setting(symptom, "net.ipv4.tcp_syncookies");
      case Link::always: return true;
      case Link::listener: return is_same_listener(cause, symptom) && cause.lost_per_second >= symptom.lost_per_second;
    }
  }
  return false;
}

/// The finding that explains it, what explains that one, and so on. The table has no circle, and no chain is longer than the findings.
std::size_t find_root(const std::vector<std::optional<std::size_t>>& causes, std::size_t finding) {
  for (std::size_t step = 0; step < causes.size() && causes[finding]; ++step) finding = *causes[finding];
  return finding;
}

std::optional<std::size_t> find_cause(const std::vector<Finding>& findings, std::size_t symptom) {
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (i != symptom && explains(findings[i], findings[symptom])) return i;
  }
  return std::nullopt;
}

}  // namespace

void rank(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(b.severity, b.lost_per_second, a.stage, a.resource.name, a.id) < std::tie(a.severity, a.lost_per_second, b.stage, b.resource.name, b.id);
  });
}

std::vector<Finding> absorb_symptoms(std::vector<Finding> findings) {
  std::vector<std::optional<std::size_t>> causes;
  for (std::size_t i = 0; i < findings.size(); ++i) causes.push_back(find_cause(findings, i));
  std::vector<bool> absorbed(findings.size(), false);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto root = find_root(causes, i);
    if (root == i) continue;
    findings[root].symptoms.push_back({findings[i].id, findings[i].evidence});
    findings[root].lost_per_second += findings[i].lost_per_second;
    absorbed[i] = true;
  }
  std::vector<Finding> left;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (!absorbed[i]) left.push_back(std::move(findings[i]));
  }
  return left;
}

}  // namespace weir::judge
