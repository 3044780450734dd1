// SPDX-License-Identifier: MIT
#include "attach.hpp"

#include <algorithm>
#include <cerrno>
#include <string>

namespace rxmap::testing {

namespace {

[[noreturn]] void refuse(int error, rxmap_refused refused, const std::string& sentence) {
    throw Error(error, sentence, refused);
}

// What RXMAP_ATTACH checks of these options, with its errno values.
void check(const ModelOptions& options) {
    const Options& ring = options.ring;
    if (ring.frames < RXMAP_FRAMES_MIN || ring.frames > RXMAP_FRAMES_MAX ||
        (ring.frames & (ring.frames - 1)) != 0)
        refuse(EINVAL, RXMAP_REFUSED_FRAMES,
               "frames is " + std::to_string(ring.frames) + ", it must be a power of two from " +
                   std::to_string(RXMAP_FRAMES_MIN) + " to " + std::to_string(RXMAP_FRAMES_MAX));
    if (ring.frame_size != RXMAP_FRAME_SIZE_2K && ring.frame_size != RXMAP_FRAME_SIZE_4K)
        refuse(EINVAL, RXMAP_REFUSED_FRAME_SIZE,
               "frame size is " + std::to_string(ring.frame_size) + ", it must be 2048 or 4096");
    if (options.posted == 0 || options.posted >= ring.frames ||
        ring.quota > ring.frames - options.posted)
        refuse(ERANGE, RXMAP_REFUSED_QUOTA,
               "quota is " + std::to_string(ring.quota) + ", the most with " +
                   std::to_string(ring.frames) + " frames is what the NIC's " +
                   std::to_string(options.posted) + " leave");
    if (ring.overrun == Overrun::backpressure && ring.mode != Mode::divert)
        refuse(EINVAL, RXMAP_REFUSED_OVERRUN, "overrun policy backpressure needs mode divert");
    if (!valid_wake(ring.wake.packets, ring.wake.usecs))
        refuse(EINVAL, RXMAP_REFUSED_WAKE, "wake packets above 1 need a nonzero wake usecs");
    const std::uint32_t most = ring.quota != 0 ? ring.quota : ring.frames - options.posted;
    if (ring.wake.packets > most)
        refuse(EINVAL, RXMAP_REFUSED_WAKE,
               "wake packets is " + std::to_string(ring.wake.packets) +
                   ", more than the quota are never unread, which is " + std::to_string(most));
    const bool needs_filter = ring.mode == Mode::filter;
    const bool has_none = ring.mode == Mode::divert;
    if ((needs_filter && ring.filter.empty()) || (has_none && !ring.filter.empty()))
        refuse(EINVAL, RXMAP_REFUSED_FILTER, "mode filter needs a filter, mode divert has none");
}

}  // namespace

bool valid_wake(std::uint32_t packets, std::uint32_t usecs) {
    return usecs <= RXMAP_WAKE_USECS_MAX && (packets <= 1 || usecs != 0);
}

rxmap_attach grant(const ModelOptions& options) {
    check(options);
    const Options& ring = options.ring;
    rxmap_attach granted{};
    granted.size = sizeof(granted);
    granted.abi = RXMAP_ABI_VERSION;
    granted.ifindex = 1;
    granted.queue = ring.queue;
    granted.mode = static_cast<std::uint32_t>(ring.mode);
    granted.overrun = static_cast<std::uint32_t>(ring.overrun);
    granted.frames = ring.frames;
    granted.frame_size = ring.frame_size;
    granted.quota = ring.quota != 0 ? ring.quota : ring.frames - options.posted;
    granted.wake_packets = std::max(ring.wake.packets, 1U);
    granted.wake_usecs = ring.wake.usecs;
    granted.clock_id = static_cast<std::int32_t>(ring.clock);
    granted.slots = 2 * ring.frames;
    granted.release_slots = ring.frames;
    granted.granted = RXMAP_GRANT_ZEROCOPY;
    granted.max_packet = ring.frame_size - kHeadroom;
    granted.status.bytes = 4096;
    granted.descs.bytes = std::uint64_t{granted.slots} * sizeof(rxmap_desc);
    granted.frames_region.bytes = std::uint64_t{ring.frames} * ring.frame_size;
    granted.consumer_area.bytes =
        RXMAP_RELEASE_RING_OFFSET + std::uint64_t{granted.release_slots} * sizeof(std::uint32_t);
    return granted;
}

}  // namespace rxmap::testing
