// SPDX-License-Identifier: MIT
//
// The kernel's fault injection (CONFIG_FAILSLAB, CONFIG_FAIL_PAGE_ALLOC): makes the n-th allocation
// that rxmap's code asks for fail, n = 1, 2, 3 and so on, until the operation needs no more than
// n - 1. So each way out of an error is taken once. Allocations of the checkers themselves do not
// count. One at a time: the settings are the machine's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace vm {

/// A range of kernel text. Only allocations with a caller in it fail.
struct TextRange {
    std::uint64_t begin;
    std::uint64_t end;
};

/// All of rxmap.ko, which is loaded.
TextRange text_of_module();

/// One function of the kernel; {0, 0} where there is none that begins with `name`.
TextRange text_of_function(const std::string& name);

class FaultInjection {
  public:
    /// Does this kernel have it, for slab and page allocations?
    static bool available();

    explicit FaultInjection(TextRange culprit);
    FaultInjection(const FaultInjection&) = delete;
    FaultInjection& operator=(const FaultInjection&) = delete;
    ~FaultInjection();

    /// Runs `operation` (0 or an errno) with its first, second, ... allocation failing, and once
    /// with none. After each success `undo` runs. Fails the test on any errno but ENOMEM.
    /// Returns how many allocations failed.
    unsigned each_allocation(const std::function<int()>& operation,
                             const std::function<void()>& undo);

    /// Runs `body` while every `one_in`-th allocation in atomic context fails, in softirqs too.
    void atomic_allocations(unsigned one_in, const std::function<void()>& body);

  private:
    int with_failing(unsigned nth, const std::function<int()>& operation, bool& failed) const;

    int fail_nth_;
};

}  // namespace vm
