// SPDX-License-Identifier: MIT
//
// The receiver's parts that need no ring: interrupt table, report, consumer, session over a socket.
#include <gtest/gtest.h>

#include <string>

#include "rxmap-recv/interrupts.hpp"
#include "rxmap-recv/meter.hpp"
#include "rxmap-recv/report.hpp"

namespace rxmap::recv {
namespace {

constexpr std::string_view kTable =
    "           CPU0       CPU1\n"
    "  11:          3          4   IO-APIC  11-fasteoi   uhci_hcd:usb1, eth1\n"
    "  25:        100         20   PCI-MSIX-0000:00:10.0   1-edge      virtio0-input.0\n"
    "  26:       1000          0   PCI-MSIX-0000:00:10.0   2-edge      virtio0-output.0\n"
    "  27:          7          0   PCI-MSIX-0000:00:10.0   3-edge      virtio0-input.1\n"
    "  30:         11         22   PCI-MSIX-0000:00:04.0   0-edge      rx0-rx-0\n"
    "  31:      50000          0   PCI-MSIX-0000:00:04.0   1-edge      rx0-tx-0\n"
    "  32:          5          0   PCI-MSIX-0000:00:04.0   2-edge      rx01-rx-0\n"
    " NMI:          9          9   Non-maskable interrupts\n";

TEST(Interrupts, SumsReceiveVectorsOfTheStockVirtioDriver) {
    EXPECT_EQ(count_interrupts(kTable, {.interface = "ens4", .virtio_device = "virtio0"}), 127u);
}

TEST(Interrupts, SumsOwnReceiveVectorsOnly) {
    EXPECT_EQ(count_interrupts(kTable, {.interface = "rx0", .virtio_device = {}}), 33u);
}

TEST(Interrupts, FindsASharedLineByTheInterfaceName) {
    EXPECT_EQ(count_interrupts(kTable, {.interface = "eth1", .virtio_device = {}}), 7u);
}

TEST(Interrupts, UnknownInterfaceHasNone) {
    EXPECT_EQ(count_interrupts(kTable, {.interface = "eth9", .virtio_device = "virtio9"}), 0u);
    EXPECT_EQ(count_interrupts("", {.interface = "eth9", .virtio_device = {}}), 0u);
}

TEST(Meter, ReadsTheIdleSumOfUptime) {
    EXPECT_DOUBLE_EQ(parse_idle_seconds("9.39 1.25\n"), 1.25);
    EXPECT_DOUBLE_EQ(parse_idle_seconds(""), 0);
}

Report example() {
    Report report;
    report.interface = "rx0";
    report.source = "mapped ring, poll()";
    report.received = 1000;
    report.probe.lost = 1;
    report.probe.duplicate = 2;
    report.probe.reordered = 3;
    report.probe.corrupt = 4;
    report.drops = {{"drop_quota", 5}, {"drop_slots", 6}};
    report.waits = {{"at_once", 0}, {"after_sleep", 12}, {"stops", 1}};
    report.wakeups = 7;
    report.interrupts = 8;
    report.context_switches = 9;
    report.seconds = 2;
    return report;
}

TEST(Report, ResultLineReadsExactlyAsPromised) {
    EXPECT_EQ(result_line(example()),
              "RESULT received=1000 lost=1 duplicate=2 reordered=3 corrupt=4 dropped=11 wakeups=7 "
              "interrupts=8 context_switches=9 seconds=2.000");
}

TEST(Report, JsonHasTheSameNames) {
    const std::string text = json(example());
    for (const char* part :
         {R"("received":1000)", R"("lost":1)", R"("duplicate":2)", R"("reordered":3)",
          R"("corrupt":4)", R"("dropped":11)", R"("wakeups":7)", R"("interrupts":8)",
          R"("context_switches":9)", R"("seconds":2.0)", R"("drop_quota":5,"drop_slots":6)",
          R"("waits":{"at_once":0,"after_sleep":12,"stops":1}})"})
        EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
}

TEST(Report, SummaryNamesTheWaitsThatHappened) {
    EXPECT_NE(summary(example()).find("\nwaits: after_sleep 12, stops 1\n"), std::string::npos);
    EXPECT_EQ(summary(Report{}).find("waits"), std::string::npos);
}

TEST(Report, EmptyRunDividesByNothing) {
    EXPECT_EQ(result_line(Report{}),
              "RESULT received=0 lost=0 duplicate=0 reordered=0 corrupt=0 dropped=0 wakeups=0 "
              "interrupts=0 context_switches=0 seconds=0.000");
    EXPECT_NE(summary(Report{}).find("0 packets/s"), std::string::npos);
}

}  // namespace
}  // namespace rxmap::recv
