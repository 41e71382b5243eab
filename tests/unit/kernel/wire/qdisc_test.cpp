#include "kernel/wire/qdisc.h"

#include <gtest/gtest.h>

#include "unit/kernel/wire/bytes.h"

namespace weir::wire::qdisc_test {

std::vector<Qdisc> parse_all(const ByteBuffer& bytes) {
  std::vector<Qdisc> qdiscs;
  const auto result =
      parse_qdisc_datagram(bytes, [&](Qdisc qdisc) { qdiscs.push_back(std::move(qdisc)); });
  EXPECT_TRUE(result.ok());
  return qdiscs;
}

const Qdisc* find_kind(const std::vector<Qdisc>& qdiscs, const std::string& kind,
                       bool root = true) {
  for (const auto& qdisc : qdiscs) {
    if (qdisc.kind == kind && qdisc.root == root) return &qdisc;
  }
  return nullptr;
}

// Captured from Linux 6.18; `tc qdisc` showed tbf rate 100Mbit limit 300000b, htb with a pfifo
// limit 77p below it, bfifo limit 123456b, pfifo limit 3p, ingress.
TEST(Qdisc, CapturedQdiscsHaveKindPlaceRateAndLimit) {
  const auto qdiscs = parse_all(corpus_bytes("qdisc_fuzz/qdiscs"));
  const auto* tbf = find_kind(qdiscs, "tbf");
  ASSERT_NE(tbf, nullptr);
  EXPECT_EQ(tbf->rate_bytes, 12'500'000);
  EXPECT_EQ(tbf->limit, 300'000);
  const auto* htb = find_kind(qdiscs, "htb");
  ASSERT_NE(htb, nullptr);
  EXPECT_EQ(htb->handle, 0x1'0000);
  EXPECT_FALSE(htb->rate_bytes.has_value());
  const auto* below = find_kind(qdiscs, "pfifo", false);
  ASSERT_NE(below, nullptr);
  EXPECT_EQ(below->parent, 0x1'0010);
  EXPECT_EQ(below->limit, 77);
  const auto* bfifo = find_kind(qdiscs, "bfifo");
  ASSERT_NE(bfifo, nullptr);
  EXPECT_EQ(bfifo->limit, 123'456);
  const auto* ingress = find_kind(qdiscs, "ingress", false);
  ASSERT_NE(ingress, nullptr);
  EXPECT_TRUE(ingress->ingress);
  EXPECT_FALSE(tbf->ingress);
}

TEST(Qdisc, TheRequestIsTheKernelsOwn) {
  EXPECT_EQ(build_qdisc_request(), corpus_bytes("qdisc_fuzz/request"));
}

Qdisc make_qdisc(const std::string& kind, std::optional<std::int64_t> rate,
                 std::optional<std::int64_t> limit) {
  Qdisc qdisc;
  qdisc.link = 3;
  qdisc.kind = kind;
  qdisc.handle = 0x8001'0000;
  qdisc.parent = 0xFFFF'FFFF;
  qdisc.root = true;
  qdisc.bytes = 1LL << 40U;
  qdisc.packets = 1LL << 33U;
  qdisc.drops = 5;
  qdisc.overlimits = 6;
  qdisc.requeues = 7;
  qdisc.backlog = 8;
  qdisc.queue_length = 9;
  qdisc.rate_bytes = rate;
  qdisc.limit = limit;
  return qdisc;
}

TEST(Qdisc, AQdiscBecomesBytesAndAQdiscAgain) {
  constexpr std::int64_t ten_gigabytes = 10'000'000'000;  // more than 32 bits
  for (const auto& qdisc :
       {make_qdisc("tbf", 125'000, 1000), make_qdisc("tbf", ten_gigabytes, 1000),
        make_qdisc("cake", 125'000, std::nullopt), make_qdisc("netem", ten_gigabytes, 1000),
        make_qdisc("fq_codel", std::nullopt, 10'240), make_qdisc("fq", std::nullopt, 10'000),
        make_qdisc("codel", std::nullopt, 1000), make_qdisc("pfifo", std::nullopt, 1000),
        make_qdisc("mq", std::nullopt, std::nullopt)}) {
    MessageWriter writer;
    write_qdisc(writer, qdisc);
    EXPECT_EQ(parse_all(writer.take()), std::vector<Qdisc>{qdisc}) << qdisc.kind;
  }
}

TEST(Qdisc, AnAttributeOfAnotherKindIsNotALimit) {
  const auto limited = make_qdisc("fq_codel", std::nullopt, 10'240);
  MessageWriter writer;
  write_qdisc(writer, limited);
  auto bytes = writer.take();
  // The same options under another kind of the same length: TCA_KIND is the first attribute after
  // the tcmsg.
  const std::string other = "fq_other";
  const std::size_t at = 16 + 20 + 4;
  for (std::size_t i = 0; i < other.size(); ++i) bytes[at + i] = static_cast<std::byte>(other[i]);
  const auto qdiscs = parse_all(bytes);
  ASSERT_EQ(qdiscs.size(), 1U);
  EXPECT_EQ(qdiscs[0].kind, "fq_other");
  EXPECT_FALSE(qdiscs[0].limit.has_value());
}

TEST(Qdisc, EveryTruncationIsAnErrorOrHasFewerQdiscs) {
  const auto bytes = corpus_bytes("qdisc_fuzz/qdiscs");
  const auto all = parse_all(bytes).size();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::size_t qdiscs = 0;
    const ByteBuffer cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    static_cast<void>(parse_qdisc_datagram(cut, [&](const Qdisc&) { ++qdiscs; }).ok());
    EXPECT_LE(qdiscs, all) << size;
  }
}

}  // namespace weir::wire::qdisc_test
