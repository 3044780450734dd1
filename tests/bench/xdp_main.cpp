// SPDX-License-Identifier: MIT
// bench-xdp: the ways of receiving that begin with an XDP program. Ends with status 77 where the
// NIC's driver or the kernel does not have the way; tests/bench/guest passes the reason on.
#include <fmt/format.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <system_error>

#include "measure.hpp"
#include "xdp_drop_arm.hpp"
#include "xsk_arm.hpp"

namespace {

using namespace rxmap::bench;

constexpr int kNotHere = 77;

std::unique_ptr<Arm> make_arm(const std::string& way, const std::string& interface) {
    if (way == "drop")
        return make_xdp_drop_arm(interface, XDP_FLAGS_DRV_MODE);
    if (way == "generic")
        return make_xsk_arm(interface, XDP_FLAGS_SKB_MODE, XDP_COPY);
    return make_xsk_arm(interface, XDP_FLAGS_DRV_MODE, way == "copy" ? XDP_COPY : XDP_ZEROCOPY);
}

}  // namespace

int main(int argc, char** argv) {
    std::string way, interface;
    Plan plan;
    CLI::App app{"receives pktgen's packets with XDP and counts what that takes"};
    app.add_option("way", way, "generic, copy or zerocopy: an AF_XDP socket; drop: XDP_DROP")
        ->required()
        ->check(CLI::IsMember({"generic", "copy", "zerocopy", "drop"}));
    app.add_option("--interface", interface, "the NIC under test")->required();
    plan.add_options(app);
    CLI11_PARSE(app, argc, argv);
    std::unique_ptr<Arm> arm;
    try {
        arm = make_arm(way, interface);
    } catch (const std::system_error& error) {
        fmt::print(stderr, "{}\n", error.what());
        return kNotHere;
    }
    try {
        measure(*arm, plan);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-xdp: {}\n", error.what());
        return 1;
    }
    return 0;
}
