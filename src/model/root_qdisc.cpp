#include "model/root_qdisc.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace weir {
namespace {

constexpr std::array<std::string_view, 7> plain_kinds{"fq",    "fq_codel", "pfifo_fast", "pfifo",
                                                      "bfifo", "mq",       "noqueue"};
constexpr std::uint32_t root = 0xFFFF'FFFF;     // TC_H_ROOT
constexpr std::uint32_t ingress = 0xFFFF'FFF1;  // TC_H_INGRESS, also clsact's
constexpr unsigned major_shift = 16;
constexpr std::uint64_t last_major = 0xFFFE;  // 0xFFFF is that of TC_H_ROOT and TC_H_INGRESS

std::string to_hex(std::uint32_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (; number != 0 || text.empty(); number >>= 4U)
    text.insert(text.begin(), digits[number & 0xFU]);
  return text;
}

bool is_word(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

Error refuse(const std::string& why) {
  return make_error(ErrorCode::unsupported,
                    why + ", which weir cannot restore exactly, so weir leaves it as it is");
}

/// The discipline below an mq: one for each queue, made by the kernel.
Result<std::string> find_queue_kind(const std::vector<QdiscSetup>& setups, const QdiscSetup& mq) {
  std::string kind;
  for (const auto& setup : setups) {
    if (setup.link != mq.link || setup.parent == root || setup.parent == ingress) continue;
    if (setup.handle >> major_shift != 0 || !is_plain_qdisc(setup.kind) ||
        (!kind.empty() && setup.kind != kind))
      return refuse("its root mq has queues with their own disciplines (" + setup.kind + " " +
                    to_hex(setup.handle >> major_shift) + ":)");
    kind = setup.kind;
  }
  return kind;
}

Status check_children(const std::vector<QdiscSetup>& setups, const QdiscSetup& top) {
  for (const auto& setup : setups) {
    if (setup.link == top.link && setup.parent != root && setup.parent != ingress)
      return refuse("its root " + top.kind + " has another discipline below it (" + setup.kind +
                    ")");
  }
  return {};
}

}  // namespace

bool is_plain_qdisc(std::string_view kind) {
  return std::find(plain_kinds.begin(), plain_kinds.end(), kind) != plain_kinds.end();
}

std::string format_root_qdisc(const RootQdisc& qdisc) {
  std::string text = qdisc.kind;
  if (qdisc.handle) text += " " + to_hex(*qdisc.handle) + ":";
  if (!qdisc.queues.empty()) text += " queues " + qdisc.queues;
  for (const auto& [name, value] : qdisc.options)
    text.append(" ").append(name).append(" ").append(value);
  return text;
}

std::optional<RootQdisc> parse_root_qdisc(std::string_view text) {
  const auto words = split_words(text);
  if (words.empty() || !is_plain_qdisc(words.front())) return std::nullopt;
  RootQdisc qdisc;
  qdisc.kind = words.front();
  std::size_t at = 1;
  if (at < words.size() && words[at].ends_with(':')) {
    const auto handle = parse_hex(words[at].substr(0, words[at].size() - 1));
    if (!handle || *handle > last_major) return std::nullopt;
    qdisc.handle = static_cast<std::uint32_t>(*handle);
    ++at;
  }
  for (; at + 1 < words.size(); at += 2) {
    if (!is_word(words[at]) || !is_word(words[at + 1])) return std::nullopt;
    if (qdisc.kind == "mq" && words[at] == "queues") {
      qdisc.queues = words[at + 1];
    } else if (!qdisc.options.emplace(words[at], words[at + 1]).second) {
      return std::nullopt;
    }
  }
  if (at != words.size()) return std::nullopt;
  return qdisc;
}

bool is_such_qdisc(const RootQdisc& now, const RootQdisc& wanted) {
  if (now.kind != wanted.kind || (wanted.handle && now.handle != wanted.handle)) return false;
  if (!wanted.queues.empty() && now.queues != wanted.queues) return false;
  return std::all_of(wanted.options.begin(), wanted.options.end(), [&](const auto& option) {
    const auto found = now.options.find(option.first);
    return found != now.options.end() && found->second == option.second;
  });
}

Result<RootQdisc> find_root_qdisc(const std::vector<QdiscSetup>& setups, std::int64_t link) {
  const auto found = std::find_if(setups.begin(), setups.end(), [&](const QdiscSetup& setup) {
    return setup.link == link && setup.parent == root;
  });
  if (found == setups.end())
    return make_error(ErrorCode::unsupported,
                      "it has no root queueing discipline: it was never up");
  const std::string name = found->kind + " " + to_hex(found->handle >> major_shift) + ":";
  if (!is_plain_qdisc(found->kind)) return refuse("its root queueing discipline is " + name);
  if (found->handle >> major_shift > last_major)
    return refuse("its root " + name + " has a handle that no request can set");
  if (!found->obstacle.empty()) return refuse("its root " + name + " has " + found->obstacle);
  RootQdisc qdisc{found->kind, found->handle >> major_shift, {}, found->options};
  if (found->kind == "mq") {
    WEIR_TRY(qdisc.queues, find_queue_kind(setups, *found));
  } else {
    WEIR_CHECK(check_children(setups, *found));
  }
  return qdisc;
}

}  // namespace weir
