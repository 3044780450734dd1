// SPDX-License-Identifier: MIT
//
// The mapping API against a caller who means ill: every wrong length, offset, protection and flag;
// what mprotect(), mremap(), partial munmap(), fork() and /proc/self/mem may do to a mapping that
// is right.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>

#include "lab.hpp"
#include "raw_ring.hpp"

namespace vm {
namespace {

constexpr std::size_t kPage = 4096;

/// mmap() that returns 0 or the errno, and unmaps at once.
int try_map(int fd, std::uint64_t offset, std::size_t bytes, int protection,
            int flags = MAP_SHARED) {
    void* at = mmap(nullptr, bytes, protection, flags, fd, static_cast<off_t>(offset));
    if (at == MAP_FAILED)
        return errno;
    munmap(at, bytes);
    return 0;
}

/// Runs `body` in a child; returns the signal that ended it, 0 for a normal end.
int signal_of(const std::function<void()>& body) {
    const pid_t child = fork();
    if (child == 0) {
        body();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

struct Region {
    const char* name;
    rxmap_region at;
    bool writable;
};

class Mapping : public testing::Test {
  protected:
    RawRing ring_;
    const Region regions_[4] = {
        {"status", ring_.granted().status, false},
        {"descriptors", ring_.granted().descs, false},
        {"frames", ring_.granted().frames_region, false},
        {"consumer area", ring_.granted().consumer_area, true},
    };
};

TEST_F(Mapping, OnlyTheExactLengthAtTheExactOffset) {
    for (const Region& r : regions_) {
        SCOPED_TRACE(r.name);
        EXPECT_EQ(r.at.bytes % kPage, 0u);
        EXPECT_EQ(try_map(ring_.fd(), r.at.offset, r.at.bytes, PROT_READ), 0);
        EXPECT_EQ(try_map(ring_.fd(), r.at.offset, r.at.bytes + kPage, PROT_READ), EINVAL);
        if (r.at.bytes > kPage) {
            EXPECT_EQ(try_map(ring_.fd(), r.at.offset, r.at.bytes - kPage, PROT_READ), EINVAL);
        }
        EXPECT_EQ(try_map(ring_.fd(), r.at.offset + kPage, r.at.bytes, PROT_READ), EINVAL);
        EXPECT_EQ(try_map(ring_.fd(), r.at.offset - kPage, r.at.bytes, PROT_READ), EINVAL);
    }
    EXPECT_EQ(try_map(ring_.fd(), 0, kPage, PROT_READ), EINVAL);
    EXPECT_EQ(try_map(ring_.fd(), 1ull << 62, kPage, PROT_READ), EINVAL);
    EXPECT_EQ(try_map(ring_.fd(), 1ull << 45, kPage, PROT_READ), EINVAL);
}

TEST_F(Mapping, OffsetsOfOneFileMeanNothingToAnother) {
    const int other = open_device();
    EXPECT_EQ(try_map(other, ring_.granted().status.offset, kPage, PROT_READ), ENOTCONN);
    close(other);
    RawRing second(request(RXMAP_MODE_DIVERT, "rx1"));
    for (const Region& r : regions_)
        EXPECT_EQ(try_map(second.fd(), r.at.offset, r.at.bytes, PROT_READ), EINVAL) << r.name;
}

TEST_F(Mapping, ReadOnlyRegionsRefuseWritingAndEveryRegionRefusesExecution) {
    for (const Region& r : regions_) {
        SCOPED_TRACE(r.name);
        EXPECT_EQ(try_map(ring_.fd(), r.at.offset, r.at.bytes, PROT_READ | PROT_WRITE),
                  r.writable ? 0 : EACCES);
        EXPECT_EQ(try_map(ring_.fd(), r.at.offset, r.at.bytes, PROT_WRITE),
                  r.writable ? 0 : EACCES);
        EXPECT_EQ(try_map(ring_.fd(), r.at.offset, r.at.bytes, PROT_READ | PROT_EXEC), EACCES);
    }
}

TEST_F(Mapping, PrivateMappingsAreRefused) {
    for (const Region& r : regions_)
        EXPECT_EQ(try_map(ring_.fd(), r.at.offset, r.at.bytes, PROT_READ, MAP_PRIVATE), EINVAL)
            << r.name;
}

TEST(ReadOnlyMapping, CannotWriteNorBecomeWritable) {
    const int fd = open(RXMAP_DEVICE_PATH, O_RDONLY | O_CLOEXEC);
    ASSERT_GE(fd, 0);
    rxmap_attach attach = request();
    ASSERT_EQ(call(fd, RXMAP_ATTACH, &attach), 0);
    const rxmap_region& area = attach.consumer_area;
    EXPECT_EQ(try_map(fd, area.offset, area.bytes, PROT_READ | PROT_WRITE), EACCES);
    void* at =
        mmap(nullptr, area.bytes, PROT_READ, MAP_SHARED, fd, static_cast<off_t>(area.offset));
    ASSERT_NE(at, MAP_FAILED);
    EXPECT_EQ(mprotect(at, kPage, PROT_READ | PROT_WRITE) == 0 ? 0 : errno, EACCES);
    munmap(at, area.bytes);
    close(fd);
}

TEST_F(Mapping, TheFileOpenedAgainIsAnotherFile) {
    const std::string self = "/proc/self/fd/" + std::to_string(ring_.fd());
    const int again = open(self.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(again, 0);
    EXPECT_EQ(try_map(again, regions_[3].at.offset, regions_[3].at.bytes, PROT_READ), ENOTCONN);
    close(again);
}

TEST_F(Mapping, MprotectAddsNeitherWriteNorExecute) {
    for (const Region& r : regions_) {
        SCOPED_TRACE(r.name);
        void* at = mmap(nullptr, r.at.bytes, PROT_READ, MAP_SHARED, ring_.fd(),
                        static_cast<off_t>(r.at.offset));
        ASSERT_NE(at, MAP_FAILED);
        EXPECT_EQ(mprotect(at, kPage, PROT_READ | PROT_WRITE) == 0 ? 0 : errno,
                  r.writable ? 0 : EACCES);
        EXPECT_EQ(mprotect(at, kPage, PROT_READ | PROT_EXEC) == 0 ? 0 : errno, EACCES);
        EXPECT_EQ(mprotect(at, kPage, PROT_NONE), 0);
        EXPECT_EQ(mprotect(at, kPage, PROT_READ), 0);
        munmap(at, r.at.bytes);
    }
}

TEST_F(Mapping, ProcMemCannotWriteReadOnlyRegions) {
    const int memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
    ASSERT_GE(memory, 0);
    std::byte* first = ring_.frames();
    const std::byte before = *first;
    const char poison[8] = "poison!";
    EXPECT_LT(pwrite(memory, poison, sizeof(poison),
                     static_cast<off_t>(reinterpret_cast<std::uintptr_t>(first))),
              0);
    EXPECT_LT(pwrite(memory, poison, sizeof(poison),
                     static_cast<off_t>(reinterpret_cast<std::uintptr_t>(&ring_.status()))),
              0);
    EXPECT_EQ(*first, before);
    EXPECT_EQ(ring_.status().magic, RXMAP_MAGIC);
    close(memory);
}

TEST_F(Mapping, WritingAReadOnlyRegionIsSegv) {
    // A child inherits no mapping (below), so it makes its own from the inherited file.
    for (const Region& r : regions_) {
        const int got = signal_of([&] {
            signal(SIGSEGV, SIG_DFL);
            auto* at =
                static_cast<volatile char*>(mmap(nullptr, r.at.bytes, PROT_READ, MAP_SHARED,
                                                 ring_.fd(), static_cast<off_t>(r.at.offset)));
            *at = 1;
        });
        EXPECT_EQ(got, SIGSEGV) << r.name;
    }
}

TEST_F(Mapping, ForkedChildInheritsNoMappingButMayMapTheFile) {
    const int inherited = signal_of([&] {
        signal(SIGSEGV, SIG_DFL);
        (void)*reinterpret_cast<const volatile std::uint32_t*>(&ring_.status().magic);
    });
    EXPECT_EQ(inherited, SIGSEGV);
    const int mapped = signal_of([&] {
        signal(SIGSEGV, SIG_DFL);
        const Region& r = regions_[0];
        auto* at =
            static_cast<const std::uint32_t*>(mmap(nullptr, r.at.bytes, PROT_READ, MAP_SHARED,
                                                   ring_.fd(), static_cast<off_t>(r.at.offset)));
        if (*at != RXMAP_MAGIC)
            abort();
    });
    EXPECT_EQ(mapped, 0);
    EXPECT_EQ(ring_.state(), static_cast<std::uint32_t>(RXMAP_STATE_RUNNING))
        << "the child's exit detached the ring";
}

TEST_F(Mapping, GrowingByMremapIsRefusedAndMovingWorks) {
    const Region& r = regions_[2];
    void* at = mmap(nullptr, r.at.bytes, PROT_READ, MAP_SHARED, ring_.fd(),
                    static_cast<off_t>(r.at.offset));
    ASSERT_NE(at, MAP_FAILED);
    EXPECT_EQ(mremap(at, r.at.bytes, r.at.bytes + kPage, MREMAP_MAYMOVE), MAP_FAILED);
    EXPECT_EQ(errno, EFAULT);
    void* moved = mremap(at, r.at.bytes, r.at.bytes, MREMAP_MAYMOVE | MREMAP_FIXED,
                         static_cast<char*>(at) - (64 << 20));
    ASSERT_NE(moved, MAP_FAILED);
    EXPECT_EQ(memcmp(moved, ring_.frames(), r.at.bytes), 0);
    munmap(moved, r.at.bytes);
}

TEST_F(Mapping, PartialMunmapKeepsTheRestUsable) {
    const Region& r = regions_[2];
    auto* at = static_cast<char*>(mmap(nullptr, r.at.bytes, PROT_READ, MAP_SHARED, ring_.fd(),
                                       static_cast<off_t>(r.at.offset)));
    ASSERT_NE(at, MAP_FAILED);
    ASSERT_EQ(munmap(at + kPage, kPage), 0);  // a hole: two mappings now
    Checker checker;
    Traffic traffic("--rate 5000 --count 3000");
    receive(ring_, checker, 3000);
    traffic.wait();
    checker.expect_exactly(3000);
    EXPECT_EQ(memcmp(at, ring_.frames(), kPage), 0);
    EXPECT_EQ(memcmp(at + 2 * kPage, ring_.frames() + 2 * kPage, r.at.bytes - 2 * kPage), 0);
    munmap(at, kPage);
    munmap(at + 2 * kPage, r.at.bytes - 2 * kPage);
}

TEST_F(Mapping, MadviseNeverLosesOrLeaksAPage) {
    std::byte* frames = ring_.frames();
    const std::size_t bytes = ring_.granted().frames_region.bytes;
    for (int advice :
         {MADV_DONTNEED, MADV_REMOVE, MADV_DONTDUMP, MADV_DOFORK, MADV_HUGEPAGE, MADV_MERGEABLE})
        (void)madvise(frames, bytes, advice);
    Checker checker;
    Traffic traffic("--rate 5000 --count 2000");
    receive(ring_, checker, 2000);
    traffic.wait();
    checker.expect_exactly(2000);
}

TEST_F(Mapping, FramesAreZeroedBeforeTheirFirstPacket) {
    const std::size_t bytes = ring_.granted().frames_region.bytes;
    std::size_t dirty = 0;
    for (std::size_t i = 0; i < bytes; i += 8)
        dirty += *reinterpret_cast<const std::uint64_t*>(ring_.frames() + i) != 0;
    EXPECT_EQ(dirty, 0u);
}

TEST_F(Mapping, MappingOutlivesFileAndRing) {
    Checker checker;
    Traffic traffic("--rate 5000 --count 500");
    EXPECT_TRUE(eventually([&] { return ring_.unread() == 500; }));
    traffic.wait();
    ring_.close_file();  // the mappings hold the file: still attached
    EXPECT_EQ(ring_.state(), static_cast<std::uint32_t>(RXMAP_STATE_RUNNING));
    for (int i = 0; i < 500; ++i) {
        checker.take(ring_, ring_.front());
        ring_.pop();
    }
    checker.expect_exactly(500);
}

}  // namespace
}  // namespace vm
