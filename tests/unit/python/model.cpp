// SPDX-License-Identifier: MIT
// A model ring behind the C interface, for a Python program that shall have packets without a NIC.
#include <rxmap/testing.hpp>

#include <cstddef>

#include "c_ring.hpp"

extern "C" {

rxmap::testing::ModelRing* model_new() {
    return new rxmap::testing::ModelRing;
}

// As rxmap_ring_attach(); rxmap_ring_detach() gives it back.
rxmap_ring* model_attach(rxmap::testing::ModelRing* model) {
    return new rxmap_ring(model->attach());
}

std::size_t model_receive(rxmap::testing::ModelRing* model, const std::byte* data,
                          std::size_t size) {
    return model->receive({data, size});
}

int model_delete(rxmap::testing::ModelRing* model) {
    model->poll();
    const bool adds_up = model->adds_up();
    delete model;
    return adds_up ? 0 : -1;
}
}
