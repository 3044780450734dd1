// SPDX-License-Identifier: MIT
// bench-uring: recv multishot of io_uring with a ring of provided buffers: one request stands for
// all datagrams, completions are read from shared memory, and a system call is needed only to
// sleep and to be woken.
#include <fmt/format.h>
#include <liburing.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "measure.hpp"
#include "udp_socket.hpp"

namespace rxmap::bench {
namespace {

constexpr unsigned int kBuffers = 1024;
constexpr unsigned int kCompletions = 4096;
constexpr unsigned short kGroup = 0;

void accept(int result, const char* call) {
    if (result < 0)
        throw std::system_error(-result, std::generic_category(), call);
}

class UringArm : public Arm {
  public:
    explicit UringArm(std::uint16_t port) : socket_(port), bytes_(kBuffers * kBuffer) {
        io_uring_params parameters{};
        parameters.flags =
            IORING_SETUP_CQSIZE | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
        parameters.cq_entries = kCompletions;
        accept(io_uring_queue_init_params(64, &ring_, &parameters), "io_uring_queue_init_params");
        if (posix_memalign(&memory_, 4096, kBuffers * sizeof(io_uring_buf)) != 0)
            throw std::runtime_error("no memory for the ring of buffers");
        buffers_ = static_cast<io_uring_buf_ring*>(memory_);
        io_uring_buf_reg registration{};
        registration.ring_addr = reinterpret_cast<std::uintptr_t>(memory_);
        registration.ring_entries = kBuffers;
        registration.bgid = kGroup;
        accept(io_uring_register_buf_ring(&ring_, &registration, 0), "io_uring_register_buf_ring");
        io_uring_buf_ring_init(buffers_);
        for (unsigned int i = 0; i < kBuffers; ++i)
            give_back(static_cast<unsigned short>(i), static_cast<int>(i));
        io_uring_buf_ring_advance(buffers_, kBuffers);
        request();
    }
    ~UringArm() override {
        io_uring_queue_exit(&ring_);
        free(memory_);
    }

    bool turn(Sequence& sequence, Counts& counts) override {
        __kernel_timespec patience{.tv_sec = 1, .tv_nsec = 0};
        io_uring_cqe* first = nullptr;
        ++counts.syscalls;
        if (io_uring_submit_and_wait_timeout(&ring_, &first, 1, &patience, nullptr) < 0)
            return false;
        const std::uint64_t before = instructions();
        unsigned int head = 0, seen = 0, given = 0;
        bool more = true;
        io_uring_cqe* completion = nullptr;
        io_uring_for_each_cqe(&ring_, head, completion) {
            ++seen;
            more = (completion->flags & IORING_CQE_F_MORE) != 0;
            if ((completion->flags & IORING_CQE_F_BUFFER) == 0)
                continue;
            const auto id =
                static_cast<unsigned short>(completion->flags >> IORING_CQE_BUFFER_SHIFT);
            sequence.on_payload(
                {bytes_.data() + id * kBuffer, static_cast<std::size_t>(completion->res)});
            give_back(id, static_cast<int>(given++));
        }
        io_uring_buf_ring_cq_advance(&ring_, buffers_, static_cast<int>(given));
        io_uring_cq_advance(&ring_, seen - given);
        if (!more)
            request();
        counts.user_instructions += instructions() - before;
        return given > 0;
    }

    std::string settings() const override {
        return fmt::format("io_uring recv multishot, {} provided buffers, {}, {}", kBuffers,
                           "SINGLE_ISSUER, DEFER_TASKRUN", UdpSocket::settings());
    }

  private:
    static constexpr std::size_t kBuffer = UdpSocket::kMostBytes;

    void request() {
        io_uring_sqe* entry = io_uring_get_sqe(&ring_);
        io_uring_prep_recv_multishot(entry, socket_.fd(), nullptr, 0, 0);
        entry->flags |= IOSQE_BUFFER_SELECT;
        entry->buf_group = kGroup;
    }

    void give_back(unsigned short id, int offset) {
        io_uring_buf_ring_add(buffers_, bytes_.data() + id * kBuffer, kBuffer, id,
                              io_uring_buf_ring_mask(kBuffers), offset);
    }

    UdpSocket socket_;
    std::vector<std::byte> bytes_;
    io_uring ring_{};
    void* memory_ = nullptr;
    io_uring_buf_ring* buffers_ = nullptr;
};

}  // namespace
}  // namespace rxmap::bench

int main(int argc, char** argv) {
    std::string interface;
    rxmap::bench::Plan plan;
    std::uint16_t port = 9;
    CLI::App app{"receives pktgen's packets with io_uring and counts what that takes"};
    app.add_option("--interface", interface, "not used: the socket's packets come from anywhere");
    plan.add_options(app);
    app.add_option("--port", port, "UDP port of the socket")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        const auto arm = std::make_unique<rxmap::bench::UringArm>(port);
        rxmap::bench::measure(*arm, plan);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-uring: {}\n", error.what());
        return 1;
    }
    return 0;
}
