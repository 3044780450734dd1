// SPDX-License-Identifier: MIT
// What the set-up calls throw.
#pragma once

#include <linux/rxmap.h>

#include <string>
#include <system_error>
#include <utility>

namespace rxmap {

// what() is one sentence for the user, naming the argument, its limit and its value. code() is
// the errno of the call, refused() says which argument of attach it was about.
class Error : public std::system_error {
  public:
    // errno of the call, the sentence for what(), and what RXMAP_ATTACH refused, if it did.
    Error(int error_number, std::string sentence, rxmap_refused refused = RXMAP_REFUSED_NOTHING)
        : std::system_error(error_number, std::generic_category()),
          sentence_(std::move(sentence)),
          refused_(refused) {}

    // One sentence, without a full stop; lives as long as the error.
    [[nodiscard]] const char* what() const noexcept override { return sentence_.c_str(); }
    // Which argument of attach; RXMAP_REFUSED_NOTHING when it was about something else.
    [[nodiscard]] rxmap_refused refused() const noexcept { return refused_; }

  private:
    std::string sentence_;
    rxmap_refused refused_;
};

}  // namespace rxmap
