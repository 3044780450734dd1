// SPDX-License-Identifier: MIT
// Everything of rxmap::rxmap. Begin with ring.hpp.
#pragma once

#include <rxmap/batch.hpp>
#include <rxmap/dispatcher.hpp>
#include <rxmap/error.hpp>
#include <rxmap/headers.hpp>
#include <rxmap/packet.hpp>
#include <rxmap/placement.hpp>
#include <rxmap/queues.hpp>
#include <rxmap/ring.hpp>
#include <rxmap/stats.hpp>
#include <rxmap/types.hpp>
#include <rxmap/waiting.hpp>
