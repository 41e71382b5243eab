#include "model/parameter.h"

#include <array>

namespace weir {
namespace {

constexpr std::array all_verdicts{Verdict::kernel_default, Verdict::changed,     Verdict::harmless,
                                  Verdict::mixed,          Verdict::conditional, Verdict::inert,
                                  Verdict::lowers_default, Verdict::overridden,  Verdict::malformed,
                                  Verdict::removed,        Verdict::unknown,     Verdict::harmful};

}  // namespace

std::string_view verdict_id(Verdict verdict) {
  switch (verdict) {
    case Verdict::kernel_default: return "kernel-default";
    case Verdict::changed: return "changed";
    case Verdict::harmless: return "harmless";
    case Verdict::mixed: return "mixed";
    case Verdict::conditional: return "conditional";
    case Verdict::inert: return "inert";
    case Verdict::lowers_default: return "lowers-default";
    case Verdict::overridden: return "overridden";
    case Verdict::malformed: return "malformed";
    case Verdict::removed: return "removed";
    case Verdict::unknown: return "unknown";
    case Verdict::harmful: return "harmful";
  }
  return "unknown";
}

std::optional<Verdict> parse_verdict(std::string_view id) {
  for (const Verdict verdict : all_verdicts) {
    if (verdict_id(verdict) == id) return verdict;
  }
  return std::nullopt;
}

}  // namespace weir
