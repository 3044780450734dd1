// SPDX-License-Identifier: MIT
// What a C program holds: a ring and the batch that it took last.
#pragma once

#include <rxmap/rxmap.h>

#include <optional>
#include <rxmap/rxmap.hpp>
#include <stop_token>
#include <utility>

struct rxmap_ring {
    explicit rxmap_ring(rxmap::Ring attached) : ring(std::move(attached)) {}

    rxmap::Ring ring;
    std::stop_source stop;
    std::optional<rxmap::Batch> batch;  // after ring, so that it goes first
};
