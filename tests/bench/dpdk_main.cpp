// SPDX-License-Identifier: MIT
// bench-dpdk: DPDK's own driver in user space, polling without an end, or asleep until the NIC
// interrupts. Ends with status 77 where the driver has no interrupts; tests/bench/guest passes the
// reason on.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <memory>

#include "dpdk_nic.hpp"
#include "measure.hpp"
#include "spinning_arm.hpp"

namespace rxmap::bench {
namespace {

constexpr int kNotHere = 77;

class PollingArm : public SpinningArm {
  public:
    PollingArm(const std::string& pci, std::uint16_t descriptors, std::chrono::microseconds nap)
        : SpinningArm(nap), nic_(pci, descriptors, false) {}

    std::string settings() const override { return nic_.settings() + what_counts(); }

  private:
    bool poll(Sequence& sequence, Counts& counts) override {
        const std::uint64_t before = instructions();
        if (nic_.receive(sequence) == 0)
            return false;
        counts.user_instructions += instructions() - before;
        return true;
    }

    DpdkNic nic_;
};

class InterruptArm : public Arm {
  public:
    InterruptArm(const std::string& pci, std::uint16_t descriptors)
        : nic_(pci, descriptors, true) {}

    bool turn(Sequence& sequence, Counts& counts) override {
        // Unmasked by a read and a write of configuration space, then epoll_wait and a read.
        constexpr std::uint64_t kCallsOfASleep = 4;
        nic_.sleep(1000);
        counts.syscalls += kCallsOfASleep;
        const std::uint64_t before = instructions();
        bool any = false;
        while (nic_.receive(sequence) > 0)
            any = true;
        counts.user_instructions += instructions() - before;
        return any;
    }

    std::string settings() const override {
        return nic_.settings() + ", asleep until the interrupt";
    }

  private:
    DpdkNic nic_;
};

struct Way {
    std::string pci;
    std::uint16_t descriptors = 256;
    bool interrupts = false;
    std::int64_t nap = 50;
};

std::unique_ptr<Arm> make_arm(const Way& way) {
    if (way.interrupts)
        return std::make_unique<InterruptArm>(way.pci, way.descriptors);
    return std::make_unique<PollingArm>(way.pci, way.descriptors,
                                        std::chrono::microseconds(way.nap));
}

}  // namespace
}  // namespace rxmap::bench

int main(int argc, char** argv) {
    rxmap::bench::Way way;
    rxmap::bench::Plan plan;
    CLI::App app{"receives pktgen's packets with DPDK's driver and counts what that takes"};
    app.add_option("--pci", way.pci, "address of the NIC, which uio_pci_generic has")->required();
    plan.add_options(app);
    app.add_option("--descriptors", way.descriptors, "of the receive ring")->capture_default_str();
    app.add_flag("--interrupts", way.interrupts, "sleep until the NIC interrupts, do not spin");
    app.add_option("--nap", way.nap, "us of a nap after a poll in vain")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        const auto arm = rxmap::bench::make_arm(way);
        rxmap::bench::measure(*arm, plan);
    } catch (const rxmap::bench::DpdkNic::NoInterrupts& why) {
        fmt::print(stderr, "{}\n", why.what());
        return rxmap::bench::kNotHere;
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-dpdk: {}\n", error.what());
        return 1;
    }
    return 0;
}
