// SPDX-License-Identifier: MIT
// One wrong use of the library per case; CompileFail.cmake expects the compiler to refuse each.
#include <rxmap/rxmap.hpp>

#include <utility>

namespace {

[[maybe_unused]] void good(rxmap::Ring& ring) {
    rxmap::Batch batch = ring.take();
    rxmap::Batch moved = std::move(batch);
    for (const rxmap::PacketView view : moved) {
        const rxmap::KeptPacket kept = view.keep();
        (void)kept.bytes();
    }
    if (ring.arm() && ring.wait() == rxmap::Wait::ready)
        return;
}

[[maybe_unused]] void bad(rxmap::Ring& ring, rxmap::Batch& batch, rxmap::KeptPacket& kept) {
    (void)ring;
    (void)batch;
    (void)kept;
#ifdef CASE_COPY_RING
    rxmap::Ring copy = ring;
#endif
#ifdef CASE_COPY_BATCH
    rxmap::Batch copy = batch;
#endif
#ifdef CASE_COPY_KEPT
    rxmap::KeptPacket copy = kept;
#endif
#ifdef CASE_IGNORE_TAKE
    ring.take();
#endif
#ifdef CASE_IGNORE_ARM
    ring.arm();
#endif
#ifdef CASE_IGNORE_WAIT
    ring.wait();
#endif
#ifdef CASE_IGNORE_KEEP
    batch[0].keep();
#endif
#ifdef CASE_IGNORE_ATTACH
    rxmap::Ring::attach("eth0");
#endif
#ifdef CASE_WRITE_BYTES
    batch[0].bytes()[0] = std::byte{1};
#endif
#ifdef CASE_WRITE_DESCRIPTOR
    const_cast<const rxmap::Batch&>(batch)[0].descriptor().len = 1;
#endif
#ifdef CASE_BATCH_FROM_NOTHING
    rxmap::Batch empty;
#endif
}

}  // namespace
