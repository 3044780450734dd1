// SPDX-License-Identifier: MIT
// Signals to the thread that makes one, several thousand in a second, as long as it lives.
#pragma once

#include <pthread.h>

#include <chrono>
#include <csignal>
#include <stop_token>
#include <thread>

namespace rxmap::tests {

class SignalStorm {
  public:
    SignalStorm() {
        struct sigaction nothing {};
        nothing.sa_handler = [](int) {};  // without SA_RESTART: each system call ends
        sigaction(SIGUSR1, &nothing, nullptr);
        sender_ = std::jthread([target = pthread_self()](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                pthread_kill(target, SIGUSR1);
                std::this_thread::sleep_for(std::chrono::microseconds{200});
            }
        });
    }

  private:
    std::jthread sender_;
};

}  // namespace rxmap::tests
