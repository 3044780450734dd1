// SPDX-License-Identifier: MIT
#include "raw_ring.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <stdexcept>

#include "lab.hpp"
#include "probe/frame.hpp"

namespace vm {
namespace {

std::uint32_t load(const std::uint32_t& word) {
    return __atomic_load_n(&word, __ATOMIC_ACQUIRE);
}
void store(std::uint32_t& word, std::uint32_t value) {
    __atomic_store_n(&word, value, __ATOMIC_SEQ_CST);
}

}  // namespace

rxmap_attach request(std::uint32_t mode, const std::string& nic) {
    rxmap_attach want{};
    want.size = sizeof(want);
    want.abi = RXMAP_ABI_VERSION;
    want.ifindex = ifindex(nic);
    want.mode = mode;
    want.frames = RXMAP_FRAMES_DEFAULT;
    want.frame_size = RXMAP_FRAME_SIZE_2K;
    want.clock_id = CLOCK_MONOTONIC;
    return want;
}

int open_device() {
    const int fd = open(RXMAP_DEVICE_PATH, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        throw std::runtime_error(std::string(RXMAP_DEVICE_PATH) + ": " + strerror(errno));
    return fd;
}

int call(int fd, unsigned long code, void* argument) {
    return ioctl(fd, code, argument) == 0 ? 0 : errno;
}

RawRing::RawRing(rxmap_attach want) : fd_(open_device()), attach_(want) {
    if (const int error = call(fd_, RXMAP_ATTACH, &attach_); error != 0) {
        close(fd_);
        throw std::runtime_error(std::string("ATTACH: ") + strerror(error) + ", refused " +
                                 std::to_string(attach_.refused) + ", limit " +
                                 std::to_string(attach_.limit));
    }
    map_again();
    position_ = area_->consumer;
    released_ = area_->release;
}

RawRing::~RawRing() {
    // Every test ends with it: at rest the counters add up, whatever happened before. (A consumer
    // that broke the contract has lost its queue in the middle of something.)
    if (fd_ >= 0 && call(fd_, RXMAP_DETACH) == 0 && state() != RXMAP_STATE_FAULT)
        expect_sums(*this);
    for (const auto& mapping : mappings_)
        munmap(mapping.data(), mapping.size());
    close_file();
}

void RawRing::map_again() {
    mappings_.clear();
    status_ = reinterpret_cast<const rxmap_status*>(map(attach_.status, PROT_READ));
    descs_ = reinterpret_cast<const rxmap_desc*>(map(attach_.descs, PROT_READ));
    frames_ = map(attach_.frames_region, PROT_READ);
    std::byte* area = map(attach_.consumer_area, PROT_READ | PROT_WRITE);
    area_ = reinterpret_cast<rxmap_consumer*>(area);
    release_ids_ = reinterpret_cast<std::uint32_t*>(area + RXMAP_RELEASE_RING_OFFSET);
}

void RawRing::close_file() {
    if (fd_ >= 0)
        close(fd_);
    fd_ = -1;
}

std::byte* RawRing::map(const rxmap_region& region, int protection) {
    void* at =
        mmap(nullptr, region.bytes, protection, MAP_SHARED, fd_, static_cast<off_t>(region.offset));
    if (at == MAP_FAILED)
        throw std::runtime_error(std::string("mmap: ") + strerror(errno));
    mappings_.emplace_back(static_cast<std::byte*>(at), region.bytes);
    return static_cast<std::byte*>(at);
}

std::uint64_t RawRing::counter(rxmap_counter which) const {
    return __atomic_load_n(&status_->counters[which], __ATOMIC_RELAXED);
}

std::uint32_t RawRing::state() const {
    return load(status_->state);
}
std::uint32_t RawRing::reason() const {
    return load(status_->reason);
}
std::uint32_t RawRing::unread() const {
    return load(status_->producer) - position_;
}

const rxmap_desc& RawRing::front() const {
    return descs_[position_ & (attach_.slots - 1)];
}

std::span<const std::byte> RawRing::bytes(const rxmap_desc& desc) const {
    return {frames_ + std::size_t{desc.frame} * attach_.frame_size + desc.offset, desc.len};
}

void RawRing::release(std::uint32_t frame) {
    __atomic_store_n(&release_ids_[released_++ & (attach_.release_slots - 1)], frame,
                     __ATOMIC_RELAXED);
}

void RawRing::publish() {
    store(area_->consumer, position_);
    store(area_->release, released_);
    if (__atomic_load_n(&status_->need_wakeup, __ATOMIC_SEQ_CST) != 0)
        (void)call(fd_, RXMAP_KICK);
}

short RawRing::wait(int timeout_ms, short events) const {
    pollfd file{fd_, events, 0};
    if (poll(&file, 1, timeout_ms) < 0)
        throw std::runtime_error(std::string("poll: ") + strerror(errno));
    return file.revents;
}

void Checker::take(const RawRing& ring, const rxmap_desc& desc) {
    ASSERT_LT(desc.frame, ring.granted().frames);
    ASSERT_LE(std::uint32_t{desc.offset} + desc.len, ring.granted().frame_size);
    EXPECT_EQ(desc.seq, next_seq_) << "the running number of the ring has a gap";
    EXPECT_EQ(desc.reserved, 0u);
    EXPECT_EQ(desc.packet_len, desc.len);
    next_seq_ = desc.seq + 1;
    ++taken_;
    if (const auto payload = rxmap::probe::udp_payload(ring.bytes(desc)))
        tracker_.on_payload(*payload);
    else
        tracker_.on_foreign();
}

void Checker::expect_exactly(std::uint64_t packets) const {
    const rxmap::probe::Totals t = totals();
    EXPECT_EQ(t.distinct, packets);
    EXPECT_EQ(t.lost, 0u);
    EXPECT_EQ(t.duplicate, 0u);
    EXPECT_EQ(t.reordered, 0u);
    EXPECT_EQ(t.corrupt, 0u);
    EXPECT_EQ(t.foreign, 0u);
}

std::uint32_t take_all(RawRing& ring, Checker& checker) {
    const std::uint32_t count = ring.unread();
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t frame = ring.front().frame;
        checker.take(ring, ring.front());
        ring.pop();
        ring.release(frame);
    }
    if (count != 0)
        ring.publish();
    return count;
}

void receive(RawRing& ring, Checker& checker, std::uint64_t packets, int quiet_ms) {
    while (checker.taken() < packets) {
        if (take_all(ring, checker) != 0)
            continue;
        const short events = ring.wait(quiet_ms, POLLIN);
        if (events == 0 || (events & (POLLERR | POLLHUP)) != 0)
            return;
    }
}

std::uint64_t pass_foreign_buffers(RawRing& ring, Checker& checker) {
    if ((ring.granted().granted & RXMAP_GRANT_QUEUE_RESET) != 0)
        return 0;
    const std::uint32_t count = rx_ring_size(kNic);
    // The host may keep a busy guest waiting for some 10 ms: what comes then must fit the quota.
    const std::uint32_t rate = std::min(2000u, 10 * ring.status().quota);
    Traffic traffic("--first-flow 15 --count " + std::to_string(count) + " --rate " +
                    std::to_string(rate));
    receive(ring, checker, count);
    EXPECT_EQ(traffic.wait(), count);
    return count;
}

void expect_sums(const RawRing& ring) {
    const auto c = [&ring](rxmap_counter which) { return ring.counter(which); };
    EXPECT_EQ(c(RXMAP_CTR_SEEN), c(RXMAP_CTR_TO_RING) + c(RXMAP_CTR_DROP_QUOTA) +
                                     c(RXMAP_CTR_DROP_SLOTS) + c(RXMAP_CTR_DROP_NO_FRAME) +
                                     c(RXMAP_CTR_DROP_SIZE) + c(RXMAP_CTR_NOT_WANTED));
    EXPECT_EQ(c(RXMAP_CTR_SEEN),
              c(RXMAP_CTR_TO_STACK) + c(RXMAP_CTR_STACK_DROPS) + c(RXMAP_CTR_TAKEN));
}

void expect_conserved(RawRing& ring) {
    // A poll cycle of its own, so that the page shows what was released since the last one.
    (void)call(ring.fd(), RXMAP_KICK);
    sleep_ms(20);
    expect_sums(ring);
    const rxmap_status& s = ring.status();
    EXPECT_EQ(s.posted + s.free + s.delivered, s.frames);
    EXPECT_LE(s.delivered, s.quota);
}

}  // namespace vm
