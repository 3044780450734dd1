// SPDX-License-Identifier: MIT
#include "rxmap-recv/stop.hpp"

#include <pthread.h>
#include <signal.h>

namespace rxmap::recv {

StopOnSignal::StopOnSignal() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    waiter_ = std::thread([this, signals] {
        int number = 0;
        sigwait(&signals, &number);
        stop_.request_stop();
    });
}

StopOnSignal::~StopOnSignal() {
    pthread_kill(waiter_.native_handle(), SIGTERM);
    waiter_.join();
}

}  // namespace rxmap::recv
