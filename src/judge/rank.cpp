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
  anything,   ///< the cause acts on the whole host
  port,       ///< the same local port
  owners,     ///< every process of the symptom is one of the cause's; a cause of the whole host explains all
  somaxconn,  ///< the symptom is a setting, and that setting is net.core.somaxconn
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
    Explains{"buffers.tcp-memory-pressure", "buffers.receive-collapse", Link::anything},
    Explains{"buffers.tcp-memory-pressure", "buffers.receive-limited", Link::anything},
    Explains{"buffers.tcp-memory-pressure", "buffers.send-limited", Link::anything},
    Explains{"transmission.mtu-blackhole", "transmission.loss", Link::anything},
    Explains{"transmission.flood", "host.softirq-drops", Link::anything},
    Explains{"idle.slow-hold", "accept-queue.slow-application", Link::port},
    Explains{"idle.slow-hold", "accept-queue.not-accepting", Link::port},
    Explains{"idle.slow-hold", "accept-queue.near-full", Link::port},
    Explains{"idle.slow-hold", "host.file-limit", Link::owners},
    Explains{"accept-queue.somaxconn", "host.setting-harmful", Link::somaxconn},
    Explains{"accept-queue.somaxconn", "host.setting-lowers-default", Link::somaxconn},
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

bool explains(const Finding& cause, const Finding& symptom) {
  if (cause.severity < symptom.severity) return false;
  for (const auto& entry : explanations) {
    if (entry.cause != cause.id || entry.symptom != symptom.id) continue;
    switch (entry.link) {
      case Link::anything: return true;
      case Link::port: return cause.resource.port.has_value() && cause.resource.port == symptom.resource.port;
      case Link::owners: return shares_owners(cause, symptom);
      case Link::somaxconn: return symptom.resource.kind == "setting" && symptom.resource.name == "net.core.somaxconn";
    }
  }
  return false;
}

std::optional<std::size_t> find_cause(const std::vector<Finding>& findings, std::size_t symptom) {
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (i != symptom && explains(findings[i], findings[symptom])) return i;
  }
  return std::nullopt;
}

/// The cause that nothing explains in its turn; nothing where causes go round in a circle.
std::optional<std::size_t> find_root(const std::vector<std::optional<std::size_t>>& causes, std::size_t symptom) {
  std::size_t at = symptom;
  for (std::size_t steps = 0; steps < causes.size(); ++steps) {
    if (!causes[at]) return at;
    at = *causes[at];
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
  std::vector<bool> absorbed(findings.size(), false);
  std::vector<std::optional<std::size_t>> causes;
  for (std::size_t i = 0; i < findings.size(); ++i) causes.push_back(find_cause(findings, i));
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto cause = find_root(causes, i);
    if (!cause || *cause == i) continue;
    findings[*cause].symptoms.push_back({findings[i].id, findings[i].evidence});
    findings[*cause].lost_per_second += findings[i].lost_per_second;
    absorbed[i] = true;
  }
  std::vector<Finding> left;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (!absorbed[i]) left.push_back(std::move(findings[i]));
  }
  return left;
}

}  // namespace weir::judge
