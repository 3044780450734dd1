// SPDX-License-Identifier: MIT
//
// Ring::attach() where its process may have no more descriptors or locked memory: which errno,
// which sentence, and a queue that is free afterwards.
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <rxmap/rxmap.hpp>
#include <string>
#include <utility>
#include <vector>

#include "identity.hpp"
#include "lab.hpp"

namespace vm {
namespace {

using rxmap::Ring;

/// errno and sentence of a refusal; 0 where there is none.
std::pair<int, std::string> refusal(const rxmap::Options& options) {
    try {
        (void)Ring::attach(kNic, options);
    } catch (const rxmap::Error& error) {
        return {error.code().value(), error.what()};
    }
    return {0, {}};
}

/// While it lives, this process may open so many files more.
class FilesLeft {
  public:
    explicit FilesLeft(rlim_t more) {
        getrlimit(RLIMIT_NOFILE, &before_);
        const int next = dup(STDERR_FILENO);
        close(next);
        const rlimit few{static_cast<rlim_t>(next) + more, before_.rlim_max};
        setrlimit(RLIMIT_NOFILE, &few);
    }
    FilesLeft(const FilesLeft&) = delete;
    FilesLeft& operator=(const FilesLeft&) = delete;
    ~FilesLeft() { setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    rlimit before_{};
};

// The ring's own file; beside it one that asks for the interface, and later the one that ends
// waits.
TEST(Attaching, SaysThatNoFileIsLeft) {
    const std::vector<std::string> sentences{
        "cannot open /dev/rxmap: Too many open files",
        "cannot look for interface 'rx0': Too many open files"};
    for (rlim_t files = 0; files < sentences.size(); ++files) {
        const FilesLeft left(files);
        const auto [error, sentence] = refusal({});
        EXPECT_EQ(error, EMFILE);
        EXPECT_EQ(sentence, sentences[files]);
    }
    const FilesLeft left(sentences.size());
    EXPECT_EQ(refusal({}), std::pair(0, std::string()));
}

TEST(Attaching, SaysHowMuchMemoryMayBeLocked) {
    EXPECT_EQ(in_child([] {
                  become_nobody(1ull << CAP_NET_RAW);
                  constexpr rlim_t kNeed = 256 * 2048;
                  rlimit limit{kNeed - 4096, kNeed};
                  setrlimit(RLIMIT_MEMLOCK, &limit);
                  const auto [error, sentence] = refusal({.frames = 256});
                  EXPECT_EQ(error, ENOBUFS);
                  EXPECT_EQ(sentence,
                            "256 frames of 2048 bytes for queue 0 of 'rx0' lock 524288 bytes of "
                            "memory, the most for this user is 520192 (ulimit -l)");
                  limit.rlim_cur = kNeed;
                  setrlimit(RLIMIT_MEMLOCK, &limit);
                  EXPECT_EQ(refusal({.frames = 256}), std::pair(0, std::string()));
                  return testing::Test::HasFailure() ? 1 : 0;
              }),
              0);
}

}  // namespace
}  // namespace vm
