// SPDX-License-Identifier: MIT
//
// A test that tunes rx0 over netlink, or the kernel by a file, and leaves both as it found them.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>

#include "lab.hpp"
#include "raw_genl.hpp"

namespace vm {

/// Where the kernel's own settings of the interface are.
inline const std::string kSys = "/sys/class/net/rx0/";

/// Writes a file of /sys or /proc for as long as it lives.
class Setting {
  public:
    Setting(std::string path, const std::string& value) : path_(std::move(path)) {
        std::ifstream(path_) >> before_;
        write(value);
    }
    Setting(const Setting&) = delete;
    Setting& operator=(const Setting&) = delete;
    ~Setting() { write(before_); }

  private:
    void write(const std::string& value) const {
        std::ofstream file(path_);
        file << value;
        file.close();
        EXPECT_TRUE(file) << path_;
    }
    std::string path_;
    std::string before_;
};

class Tuning : public testing::Test {
  protected:
    ~Tuning() override {
        EXPECT_EQ(set(64, RXMAP_MODERATION_POLICY_OFF, 0, 0), 0);
        EXPECT_EQ(change(number(RXMAP_A_QUEUE_POLL_USECS, RXMAP_POLL_USECS_DEFAULT)), 0);
        (void)try_sh("ip link set rx0 up");
    }
    static Bytes rx0() { return number(RXMAP_A_QUEUE_IFINDEX, ifindex(kNic)); }
    static Bytes policy(std::uint32_t which) {
        return nest(RXMAP_A_QUEUE_MODERATION, number(RXMAP_A_MODERATION_POLICY, which));
    }
    /// Returns the errno.
    int change(const Bytes& attributes) {
        return genl_.ask(RXMAP_CMD_QUEUE_SET, rx0() + attributes).error;
    }
    int set(std::uint32_t budget, std::uint32_t which, std::uint32_t usecs, std::uint32_t frames) {
        return change(number(RXMAP_A_QUEUE_BUDGET, budget) + policy(which) +
                      number(RXMAP_A_QUEUE_USECS_REQUESTED, usecs) +
                      number(RXMAP_A_QUEUE_FRAMES_REQUESTED, frames));
    }
    Bytes get(std::uint8_t command) {
        const Reply reply = genl_.ask(command, rx0() + number(RXMAP_A_QUEUE_QUEUE, 0));
        return reply.messages.empty() ? Bytes{} : reply.messages.front();
    }
    std::uint64_t queue(std::uint16_t attribute) {
        return find_number(get(RXMAP_CMD_QUEUE_GET), attribute);
    }
    std::uint64_t policy_now() {
        return find_number(*find(get(RXMAP_CMD_QUEUE_GET), RXMAP_A_QUEUE_MODERATION),
                           RXMAP_A_MODERATION_POLICY);
    }
    std::uint64_t counter(std::uint16_t attribute) {
        return find_number(get(RXMAP_CMD_STATS_GET), attribute);
    }
    /// The next notification of this kind; others are passed over.
    static std::optional<Notice> wait_for(RawGenl& listener, std::uint8_t command) {
        for (auto notice = listener.next(); notice; notice = listener.next())
            if (notice->command == command)
                return notice;
        return std::nullopt;
    }

    RawGenl genl_;
};

}  // namespace vm
