// SPDX-License-Identifier: MIT
//
// Kernel interfaces used: Documentation/fault-injection/fault-injection.rst. /proc/PID/task/TID/
// fail-nth counts the calls of all fault sources together, and reads back as 0 once it struck.
#include "fault_injection.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace vm {
namespace {

constexpr std::array<const char*, 2> kSources = {"/sys/kernel/debug/failslab/",
                                                 "/sys/kernel/debug/fail_page_alloc/"};

/// More allocations than this in one operation: something goes round in circles.
constexpr unsigned kMost = 2000;

void set(const std::string& file, const std::string& value) {
    std::ofstream out(file);
    if (!(out << value << std::flush))
        throw std::runtime_error("cannot write " + value + " to " + file);
}

void set_sources(const std::string& knob, const std::string& value) {
    for (const char* source : kSources)
        set(source + knob, value);
}

struct Symbol {
    std::uint64_t address;
    std::string name;
    bool ours;
};

/// Functions of /proc/kallsyms by address.
std::vector<Symbol> functions() {
    std::vector<Symbol> found;
    std::ifstream in("/proc/kallsyms");
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string address, type, name, module;
        words >> address >> type >> name >> module;
        if (type == "t" || type == "T")
            found.push_back({std::stoull(address, nullptr, 16), name, module == "[rxmap]"});
    }
    std::sort(found.begin(), found.end(),
              [](const Symbol& a, const Symbol& b) { return a.address < b.address; });
    return found;
}

/// The interpreter of ACPI's byte code, which runs at each bind. It uses freed memory when one of
/// its own allocations fails (KASAN: slab-use-after-free in acpi_ns_get_attached_object).
TextRange text_of_acpi() {
    TextRange range{0, 0};
    for (const Symbol& symbol : functions()) {
        if (range.begin == 0 && symbol.name.rfind("acpi_ds_", 0) == 0)
            range.begin = symbol.address;
        // Far behind follow the functions that were needed at boot only.
        if (symbol.name.rfind("acpi_ut_", 0) == 0 && symbol.address < range.begin + (1 << 20))
            range.end = symbol.address;
    }
    return range;
}

/// All but the checkers' own, which allocate a record beside each object: kmemleak and debug
/// objects do without it, the DMA API's debugging, which keeps what is mapped in a radix tree,
/// switches itself off for good.
void choose_caches() {
    for (const auto& cache : std::filesystem::directory_iterator("/sys/kernel/slab")) {
        const std::string name = cache.path().filename();
        if (name.rfind("kmemleak", 0) != 0 && name.rfind("debug_objects", 0) != 0 &&
            name.rfind("radix_tree", 0) != 0)
            std::ofstream(cache.path() / "failslab") << "1" << std::flush;
    }
}

}  // namespace

TextRange text_of_module() {
    TextRange range{std::numeric_limits<std::uint64_t>::max(), 0};
    for (const Symbol& symbol : functions())
        if (symbol.ours)
            range = {std::min(range.begin, symbol.address), std::max(range.end, symbol.address)};
    return {range.begin, range.end + 0x1000};
}

TextRange text_of_function(const std::string& name) {
    const std::vector<Symbol> all = functions();
    const auto at = std::find_if(all.begin(), all.end(), [&](const Symbol& symbol) {
        return symbol.name == name || symbol.name.rfind(name + '.', 0) == 0;
    });
    if (at == all.end())
        return {0, 0};
    const auto next = std::find_if(
        at, all.end(), [&](const Symbol& symbol) { return symbol.address > at->address; });
    return {at->address, next == all.end() ? at->address + 0x1000 : next->address};
}

bool FaultInjection::available() {
    return access("/proc/thread-self/fail-nth", W_OK) == 0 &&
           std::all_of(kSources.begin(), kSources.end(), [](const char* source) {
               return access((std::string(source) + "require-start").c_str(), W_OK) == 0;
           });
}

FaultInjection::FaultInjection(TextRange culprit)
    : fail_nth_(open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC)) {
    const TextRange acpi = text_of_acpi();
    choose_caches();
    set_sources("verbose", "0");
    set_sources("stacktrace-depth", "32");
    set_sources("require-start", std::to_string(culprit.begin));
    set_sources("require-end", std::to_string(culprit.end));
    set_sources("reject-start", std::to_string(acpi.begin));
    set_sources("reject-end", std::to_string(acpi.end));
    set_sources("ignore-gfp-wait", "N");
    set(std::string(kSources[0]) + "cache-filter", "Y");
    set(std::string(kSources[1]) + "min-order", "0");
}

FaultInjection::~FaultInjection() {
    set_sources("require-start", "0");
    set_sources("require-end", std::to_string(std::numeric_limits<std::uint64_t>::max()));
    set_sources("ignore-gfp-wait", "Y");
    close(fail_nth_);
}

int FaultInjection::with_failing(unsigned nth, const std::function<int()>& operation,
                                 bool& failed) const {
    const std::string text = std::to_string(nth);
    if (pwrite(fail_nth_, text.data(), text.size(), 0) < 0)
        throw std::runtime_error("fail-nth");
    const int error = operation();
    std::array<char, 16> left{};
    if (pread(fail_nth_, left.data(), left.size() - 1, 0) < 0 || pwrite(fail_nth_, "0", 1, 0) < 0)
        throw std::runtime_error("fail-nth");
    failed = std::stoul(left.data()) == 0;
    return error;
}

unsigned FaultInjection::each_allocation(const std::function<int()>& operation,
                                         const std::function<void()>& undo) {
    for (unsigned nth = 1; nth < kMost; ++nth) {
        bool failed = false;
        const int error = with_failing(nth, operation, failed);
        if (error == 0)
            undo();
        if (!failed) {
            EXPECT_EQ(error, 0) << strerror(error) << " although no allocation failed";
            return nth - 1;
        }
        EXPECT_TRUE(error == 0 || error == ENOMEM)
            << strerror(error) << " where allocation " << nth << " failed";
    }
    ADD_FAILURE() << "more than " << kMost << " allocations";
    return kMost;
}

void FaultInjection::atomic_allocations(unsigned one_in, const std::function<void()>& body) {
    set_sources("ignore-gfp-wait", "Y");
    set_sources("interval", std::to_string(one_in));
    set_sources("times", "-1");
    set_sources("probability", "100");
    body();
    set_sources("probability", "0");
    set_sources("ignore-gfp-wait", "N");
}

}  // namespace vm
