#include "kernel/wire/tcp_info.h"

#include <gtest/gtest.h>

#include "kernel/wire/sock_diag.h"

namespace weir::wire::tcp_info_test {

FlowState busy_flow() {
  FlowState flow;
  flow.retransmits = 2;
  flow.backoff = 3;
  flow.total_retrans = 40;
  flow.lost = 5;
  flow.unacked = 6;
  flow.sacked = 7;
  flow.snd_cwnd = 80;
  flow.reordering = 9;
  flow.segs_out = 1000;
  flow.segs_in = 900;
  flow.data_segs_out = 800;
  flow.data_segs_in = 700;
  flow.snd_mss = {1448};
  flow.rcv_mss = {1400};
  flow.pmtu = {1500};
  flow.rtt = milliseconds(50);
  flow.min_rtt = milliseconds(49);
  flow.rcv_rtt = milliseconds(51);
  flow.rcv_space = {65536};
  flow.snd_wnd = {131072};
  flow.last_data_sent = milliseconds(10);
  flow.last_data_recv = milliseconds(20);
  flow.last_ack_recv = milliseconds(30);
  flow.bytes_acked = {std::int64_t{1} << 40U};
  flow.bytes_received = {12345};
  flow.notsent = {777};
  flow.busy = seconds(2);
  flow.rwnd_limited = seconds(1);
  flow.sndbuf_limited = milliseconds(300);
  flow.delivery_rate = 1'000'000;
  flow.app_limited = true;
  flow.rmem_alloc = {1};
  flow.rcvbuf = {2};
  flow.wmem_queued = {3};
  flow.sndbuf = {4};
  return flow;
}

TEST(TcpInfo, WrittenInformationIsReadBack) {
  FlowState read;
  parse_tcp_info(write_tcp_info(busy_flow()), read);
  parse_memory(write_memory(busy_flow(), 9), read);
  EXPECT_EQ(read, busy_flow());
}

TEST(TcpInfo, AnOlderKernelsShorterStructLeavesTheRestAtZero) {
  const auto whole = write_tcp_info(busy_flow());
  for (std::size_t size = 0; size < 228; ++size) {  // snd_wnd is after it
    FlowState read;
    parse_tcp_info(ByteSpan(whole).first(size), read);
    EXPECT_EQ(read.retransmits, size > 2 ? 2 : 0) << size;
    EXPECT_EQ(read.snd_wnd.count, 0) << size;
  }
  FlowState read;
  parse_tcp_info(ByteSpan(whole).first(104), read);  // Linux 2.6's length: up to tcpi_total_retrans
  EXPECT_EQ(read.total_retrans, 40);
  EXPECT_EQ(read.bytes_acked.count, 0);
}

TEST(TcpInfo, ANewerKernelsLongerStructIsRead) {
  auto longer = write_tcp_info(busy_flow());
  longer.resize(longer.size() + 64, std::byte{0xFF});
  FlowState read;
  parse_tcp_info(longer, read);
  EXPECT_EQ(read.snd_wnd, busy_flow().snd_wnd);
}

TEST(TcpInfo, NumbersBeyondTheRangeStayInsideIt) {
  FlowState read;
  const ByteBuffer ones(280, std::byte{0xFF});
  parse_tcp_info(ones, read);
  EXPECT_GT(read.busy.count, 0);
  EXPECT_GT(read.bytes_acked.count, 0);
  EXPECT_GT(read.delivery_rate, 0);
}

TEST(TcpInfo, ShortMemoryIsSkipped) {
  FlowState read;
  read.rcvbuf = {5};
  parse_memory(ByteBuffer(8, std::byte{1}), read);
  EXPECT_EQ(read.rcvbuf.count, 5);
}

TEST(TcpInfo, ASocketsMessageCarriesItsFlow) {
  DiagSocket socket;
  socket.state = TcpState::established;
  socket.receive_queue = 11;
  socket.send_queue = 22;
  socket.timer = 1;
  socket.retransmits = 2;
  socket.flow = std::make_shared<FlowState>(busy_flow());
  MessageWriter writer;
  write_diag_socket(writer, socket, true);
  std::vector<DiagSocket> read;
  ASSERT_TRUE(parse_diag_datagram(writer.bytes(), [&](const DiagSocket& one) {
                read.push_back(one);
              }).ok());
  ASSERT_EQ(read.size(), 1U);
  ASSERT_TRUE(read[0].flow);
  EXPECT_EQ(read[0].flow->receive_queue.count, 11);
  EXPECT_EQ(read[0].flow->send_queue.count, 22);
  EXPECT_EQ(read[0].flow->timer, 1);
  EXPECT_EQ(read[0].retransmits, 2);
  EXPECT_EQ(read[0].flow->busy, seconds(2));
}

TEST(SockDiagRequest, CarriesInfoAndPortFilter) {
  DiagRequest request;
  request.states = state_bit(TcpState::established);
  request.info = true;
  request.ports = PortFilter{{32768, 60999}, {{40000, 40000}}};
  const auto parsed = parse_diag_request(build_diag_request(request));
  ASSERT_TRUE(parsed.ok());
  EXPECT_TRUE(parsed->info);
  EXPECT_FALSE(parsed->memory);
  EXPECT_EQ(parsed->states, request.states);
  const auto bytes = build_diag_request(request);
  const auto program = find_port_program(bytes);
  EXPECT_TRUE(run_port_filter(program, 40001));
  EXPECT_FALSE(run_port_filter(program, 40000));
  request.ports.reset();
  EXPECT_TRUE(find_port_program(build_diag_request(request)).empty());
}

}  // namespace weir::wire::tcp_info_test
