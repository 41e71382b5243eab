// The reports of drivers, through a fake kernel.
#include <algorithm>

#include <gtest/gtest.h>

#include "sense/ethtool.h"
#include "sense/record.h"
#include "unit/sense/host_fixture.h"

namespace weir::sense::hardware_test {

Link make_hardware(std::int64_t index, const std::string& name) {
  Link link;
  link.index = index;
  link.name = name;
  link.up = link.carrier = true;
  return link;
}

class HardwareTest : public testing::Test {
 protected:
  HardwareTest() {
    fill_host(state());
    state().network_links.push_back(make_hardware(2, "eth0"));
  }

  kernel::FakeState& state() { return fake_.state(); }
  Snapshot read() {
    auto kernel = fake_.kernel();
    auto snapshot = read_snapshot(kernel, {});
    EXPECT_TRUE(snapshot.ok());
    return snapshot.ok() ? std::move(snapshot).value() : Snapshot{};
  }
  Link read_eth0() {
    for (const auto& link : read().network.links) {
      if (link.name == "eth0") return link;
    }
    ADD_FAILURE() << "eth0 does not exist";
    return {};
  }

  kernel::FakeKernel fake_;
};

wire::LinkSettings half_duplex() {
  wire::LinkSettings settings;
  settings.speed_mbit = 100;
  settings.modes = {"half", true, 1000, 1000, 100, true, false};
  return settings;
}

TEST_F(HardwareTest, SpeedAndModesAreTheDriversWithKernelMasksOfAnyWidth) {
  for (const std::size_t words : {2U, 4U, 8U}) {
    state().nics["eth0"] = {half_duplex(), words, {}, 0, std::nullopt, false};
    const auto link = read_eth0();
    EXPECT_EQ(link.speed_mbit, 100);
    EXPECT_EQ(link.modes, half_duplex().modes);
  }
}

TEST_F(HardwareTest, ASilentVirtualNicHasNoModesAndHidesNothing) {
  state().nics["eth0"].settings = wire::LinkSettings{};
  const auto snapshot = read();
  EXPECT_FALSE(snapshot.network.links.back().modes.has_value());
  EXPECT_FALSE(snapshot.network.links.back().speed_mbit.has_value());
  EXPECT_EQ(find_not_seen(snapshot, "eth0"), nullptr);
}

TEST_F(HardwareTest, SoftwareInterfacesAreNotAsked) {
  state().network_links.back().kind = "veth";
  state().nics["eth0"].settings = half_duplex();
  state().nics["lo"].settings = half_duplex();
  for (const auto& link : read().network.links) {
    EXPECT_FALSE(link.modes.has_value());
    EXPECT_FALSE(link.speed_mbit.has_value());
  }
}

TEST_F(HardwareTest, OnlyTheCountersThatMatterAreRead) {
  state().nics["eth0"].counters = {{"rx_packets", 9},
                                   {"rx_out_of_buffer", 7},
                                   {"rx12_packets", 3},
                                   {"bw_in_allowance_exceeded", 0},
                                   {"rx_crc_errors_phy", 2}};
  EXPECT_EQ(
      read_eth0().driver,
      (std::map<std::string, std::int64_t>{
          {"bw_in_allowance_exceeded", 0}, {"rx_crc_errors_phy", 2}, {"rx_out_of_buffer", 7}}));
}

TEST_F(HardwareTest, CountersOfOneNameAreAddedUp) {
  state().nics["eth0"].counters = {
      {"  rx_fifo_errors", 1}, {"rx_fifo_errors", 2}, {"rx_fifo_errors", INT64_MAX}};
  // wrapped, as counters do
  EXPECT_EQ(read_eth0().driver, (std::map<std::string, std::int64_t>{{"rx_fifo_errors", 2}}));
}

TEST_F(HardwareTest, NotMoreCountersAreKeptThanTheBound) {
  for (int i = 0; i < 1000; ++i)
    state().nics["eth0"].counters.emplace_back("rx_missed_" + std::to_string(i), 1);
  EXPECT_EQ(read_eth0().driver.size(), 128U);
}

TEST_F(HardwareTest, ADriverWithTooManyCountersIsNotReadAndReported) {
  for (int i = 0; i < 20'000; ++i) state().nics["eth0"].counters.emplace_back("rx_missed", 1);
  const auto snapshot = read();
  EXPECT_TRUE(snapshot.network.links.back().driver.empty());
  const auto* entry = find_not_seen(snapshot, "driver counters of eth0");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->why, "the driver has 20000 counters; weir reads at most 16384");
}

TEST_F(HardwareTest, CountersThatBecomeMoreWhileTheyAreReadAreLeftOut) {
  state().nics["eth0"].counters = {{"rx_missed_errors", 5}};
  state().nics["eth0"].grows = true;
  const auto snapshot = read();
  EXPECT_TRUE(snapshot.network.links.back().driver.empty());
  EXPECT_NE(find_not_seen(snapshot, "driver counters of eth0"), nullptr);
}

TEST_F(HardwareTest, AForbiddenDriverIsNotSeenAndAVanishedDriverIsNoLoss) {
  state().nics["eth0"].error = make_error(ErrorCode::not_permitted, "no");
  state().network_links.push_back(make_hardware(3, "eth1"));
  state().nics["eth1"].error = make_error(ErrorCode::not_permitted, "no");
  const auto denied = read();
  const auto* entry = find_not_seen(denied, "link modes of eth0 and 1 more");
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->subject, Subject::link_modes);
  EXPECT_NE(find_not_seen(denied, "driver counters of eth0 and 1 more"), nullptr);

  for (const auto code : {ErrorCode::gone, ErrorCode::unsupported}) {
    state().nics["eth0"].error = state().nics["eth1"].error = make_error(code, "no");
    EXPECT_EQ(find_not_seen(read(), "eth0"), nullptr);
  }
}

TEST_F(HardwareTest, NotMoreInterfacesAreAskedThanTheBound) {
  for (int i = 0; i < 70; ++i) {
    const std::string name = "nic" + std::to_string(i);
    state().network_links.push_back(make_hardware(10 + i, name));
    state().nics[name].settings = half_duplex();
  }
  const auto snapshot = read();
  // and eth0
  EXPECT_EQ(std::count_if(snapshot.network.links.begin(), snapshot.network.links.end(),
                          [](const Link& link) { return link.modes.has_value(); }),
            63);
  EXPECT_NE(find_not_seen(snapshot, "drivers of 7 network interfaces"), nullptr);
}

TEST_F(HardwareTest, QueuesAreCountedAndOneSteeringQueueIsEnough) {
  auto& files = state().files;
  files["/sys/class/net/eth0/queues/rx-0/rps_cpus"] = "00000000,00000000\n";
  files["/sys/class/net/eth0/queues/rx-1/rps_cpus"] = "00000000,00000000\n";
  files["/sys/class/net/eth0/queues/tx-0/xps_cpus"] = "ff\n";
  EXPECT_EQ(read_eth0().rx_queues, 2);
  EXPECT_EQ(read_eth0().rps, false);
  files["/sys/class/net/eth0/queues/rx-1/rps_cpus"] = "00000000,00010000\n";
  EXPECT_EQ(read_eth0().rps, true);
}

TEST_F(HardwareTest, WhereSysfsShowsAnotherNamespaceTheDriverReportsTheQueues) {
  state().nics["eth0"].channels = 6;
  EXPECT_EQ(read_eth0().rx_queues, 6);
  EXPECT_FALSE(read_eth0().rps.has_value());
}

TEST_F(HardwareTest, AWindowReadsTheQueuesOnce) {
  state().files["/sys/class/net/eth0/queues/rx-0/rps_cpus"] = "1\n";
  int reads = 0;
  fake_.on_read([&](const std::string& path) { reads += path.ends_with("rps_cpus") ? 1 : 0; });
  auto kernel = fake_.kernel();
  RecordOptions options;
  options.window = milliseconds(200);
  const auto recording = record(kernel, options, {});
  ASSERT_TRUE(recording.ok());
  EXPECT_EQ(reads, 1);
  EXPECT_EQ(recording->last->network.links.back().rx_queues, 1);
  EXPECT_EQ(recording->last->network.links.back().rps, true);
}

TEST(DriverCounters, TheNamesOfManyDriversAreKnownAndTheRestIsNot) {
  for (const auto* name : {"bw_out_allowance_exceeded",
                           "conntrack_allowance_exceeded",
                           "rx_missed_errors",
                           "rx_no_buffer_count",
                           "rx_out_of_buffer",
                           "rx_discards_phy",
                           "rx_overruns",
                           "port.rx_dropped",
                           "port_rx_nodesc_drops",
                           "alloc_rx_buff_failed",
                           "rx_buf_alloc_fail",
                           "port.rx_crc_errors",
                           "rx_crc_errors.nic",
                           "rx_fcs_errors",
                           "rx_symbol_err_phy",
                           "tx_flow_control_xoff",
                           "rx_global_pause",
                           "rx_pause_ctrl_phy",
                           "port.link_xoff_rx",
                           "rx_xoff_pause_rcvd",
                           "rxbds_empty"}) {
    EXPECT_TRUE(is_wanted_counter(name)) << name;
  }
  for (const auto* name :
       {"", "rx_packets", "tx_bytes_phy", "rx0_drops", "rx_queue_0_drops", "queue_1_tx_missed_tx",
        "rx_csum_none", "allowance_exceeded_not", "rx_xdp_drops", "ch0_poll"}) {
    EXPECT_FALSE(is_wanted_counter(name)) << name;
  }
}

void furnish_attributes(kernel::FakeState& state) {
  auto& nic = state.nics["eth0"];
  nic.numbers = {{"ring.rx", 256},
                 {"ring.tx", 256},
                 {"channels.combined", 2},
                 {"coalesce.rx-usecs", 8},
                 {"coalesce.adaptive-rx", 1}};
  nic.maxima = {{"ring.rx", 4096}, {"ring.tx", 4096}, {"channels.combined", 8}};
  nic.features = {{"rx-gro", {true, true, true}},
                  {"tx-tcp-segmentation", {true, true, false}},
                  {"highdma", {false, false, true}}};
  state.network_links.back().address = "52:54:00:00:00:01";
  state.files["/sys/class/net/eth0/ifindex"] = "2\n";
  state.files["/sys/class/net/eth0/address"] = "52:54:00:00:00:01\n";
  state.files["/sys/class/net/eth0/queues/rx-0/rps_cpus"] = "00000000,0000000f\n";
  state.files["/sys/class/net/eth0/queues/rx-0/rps_flow_cnt"] = "4096\n";
  state.files["/sys/class/net/eth0/queues/tx-0/xps_cpus"] = "1\n";
  state.qdisc_setups = {{2, 0, 0xFFFFFFFF, "mq", {}, {}},
                        {2, 0, 1, "fq_codel", {}, {}},
                        {2, 0, 2, "fq_codel", {}, {}}};
}

TEST_F(HardwareTest, ChangeableSettingsAreReadInTheFormOfSteps) {
  furnish_attributes(state());
  const auto link = read_eth0();
  EXPECT_EQ(link.attributes,
            (std::map<std::string, std::string>{{"ring.rx", "256"},
                                                {"ring.tx", "256"},
                                                {"channels.combined", "2"},
                                                {"coalesce.rx-usecs", "8"},
                                                {"coalesce.rx-frames", "0"},
                                                {"coalesce.tx-usecs", "0"},
                                                {"coalesce.tx-frames", "0"},
                                                {"coalesce.adaptive-rx", "on"},
                                                {"coalesce.adaptive-tx", "off"},
                                                {"feature.rx-gro", "on"},
                                                {"feature.tx-tcp-segmentation", "off, wanted on"},
                                                {"rx-0.rps_cpus", "f"},
                                                {"rx-0.rps_flow_cnt", "4096"},
                                                {"tx-0.xps_cpus", "1"},
                                                {"qdisc", "mq 0: queues fq_codel"}}));
  EXPECT_EQ(link.maxima, (std::map<std::string, std::int64_t>{
                             {"ring.rx", 4096}, {"ring.tx", 4096}, {"channels.combined", 8}}));
}

TEST_F(HardwareTest, QueuesOfAnotherNamespacesInterfaceAreNotTakenForItsOwn) {
  furnish_attributes(state());
  state().files["/sys/class/net/eth0/ifindex"] = "3\n";
  EXPECT_EQ(read_eth0().attributes.count("rx-0.rps_cpus"), 0U);
  EXPECT_EQ(read_eth0().attributes.count("ring.rx"), 1U);
}

TEST_F(HardwareTest, ADisciplineThatCouldNotBePutBackHasNoValue) {
  furnish_attributes(state());
  state().qdisc_setups = {{2, 0x10000, 0xFFFFFFFF, "htb", {}, {}}};
  EXPECT_EQ(read_eth0().attributes.count("qdisc"), 0U);
}

}  // namespace weir::sense::hardware_test
