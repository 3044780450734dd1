// SPDX-License-Identifier: MIT
// bench-frames: in which frames do pktgen's packets arrive? Receives like bench-recv and bench-xdp,
// and writes the number of each packet's frame to frames.txt, a line each, in their order; frames
// are counted from the lowest that was seen. What that means for a cache: tests/bench/frames.
#include <fmt/format.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>

#include "frames_seen.hpp"
#include "measure.hpp"
#include "xsk_arm.hpp"

namespace {

using namespace rxmap::bench;

constexpr std::uintptr_t kFrameBytes = 2048;  // of either arm

std::unique_ptr<Arm> make_arm(const std::string& way, const std::string& interface) {
    if (way == "ring")
        return make_ring_arm(interface, {});
    return make_xsk_arm(interface, way == "copy" ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE,
                        XDP_COPY);
}

void write_frames(const std::string& file) {
    const auto frame = [](const std::byte* packet) {
        return reinterpret_cast<std::uintptr_t>(packet) / kFrameBytes;
    };
    std::uintptr_t first = UINTPTR_MAX;
    for (const std::byte* packet : frames_seen)
        first = std::min(first, frame(packet));
    std::ofstream out(file);
    for (const std::byte* packet : frames_seen)
        out << frame(packet) - first << '\n';
    out.close();
    if (!out)
        throw std::runtime_error(file + " cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
    std::string way, interface;
    Plan plan;
    CLI::App app{"receives pktgen's packets and says in which frames they came"};
    app.add_option("way", way, "ring: ours; copy, generic: an AF_XDP socket")
        ->required()
        ->check(CLI::IsMember({"ring", "copy", "generic"}));
    app.add_option("--interface", interface, "the NIC under test")->required();
    plan.add_options(app);
    CLI11_PARSE(app, argc, argv);
    try {
        const auto arm = make_arm(way, interface);
        frames_seen.reserve(2 * (plan.warm + plan.count));
        measure(*arm, plan);
        write_frames("frames.txt");
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-frames: {}\n", error.what());
        return 1;
    }
    return 0;
}
