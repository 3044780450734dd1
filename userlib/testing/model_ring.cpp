// SPDX-License-Identifier: MIT
// ModelRing, and the transport that ties its Model to a real Ring.
#include <pcap/pcap.h>
#include <rxmap/error.hpp>
#include <rxmap/testing.hpp>

#include <cerrno>
#include <utility>

#include "model.hpp"

namespace rxmap::testing {

namespace {

class ModelTransport final : public detail::Transport {
  public:
    explicit ModelTransport(std::shared_ptr<Model> model)
        : model_(std::move(model)), regions_(model_->regions()) {}

    [[nodiscard]] const detail::Regions& regions() const noexcept override { return regions_; }
    [[nodiscard]] int fd() const noexcept override { return model_->signal().fd(); }
    void prepare_sleep() noexcept override {
        if (model_->signal().clear())
            model_->timer_ran_out();
    }
    int kick() noexcept override { return model_->kick(); }
    int detach() noexcept override { return model_->detach(); }
    int lock() noexcept override { return model_->lock(); }
    int set_filter(const rxmap_filter& filter) noexcept override {
        return model_->set_filter(filter);
    }
    int set_wake(const rxmap_wake& wake) noexcept override { return model_->set_wake(wake); }
    int busy_poll(const rxmap_busy_poll& poll) noexcept override { return model_->busy_poll(poll); }

  private:
    std::shared_ptr<Model> model_;
    detail::Regions regions_;
};

struct PcapCloser {
    void operator()(pcap_t* pcap) const noexcept { pcap_close(pcap); }
};
using Capture = std::unique_ptr<pcap_t, PcapCloser>;

Capture open_capture(const std::string& path) {
    char reason[PCAP_ERRBUF_SIZE] = "";
    Capture capture(
        pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, reason));
    if (!capture)
        throw Error(EINVAL, "cannot read the capture file '" + path + "': " + reason);
    if (pcap_datalink(capture.get()) != DLT_EN10MB)
        throw Error(EINVAL, "the capture file '" + path + "' is of link type " +
                                std::to_string(pcap_datalink(capture.get())) +
                                ", only 1 (Ethernet) can be replayed");
    return capture;
}

}  // namespace

ModelRing::ModelRing(const ModelOptions& options) : model_(std::make_shared<Model>(options)) {}
ModelRing::~ModelRing() = default;

Ring ModelRing::attach() {
    return Ring(std::make_unique<ModelTransport>(model_), model_->granted());
}

std::size_t ModelRing::receive(std::span<const std::byte> packet, const rxmap_desc& metadata) {
    const Model::Arrival arrival{packet, metadata};
    return model_->poll_cycle({&arrival, 1});
}

std::size_t ModelRing::receive(std::span<const std::vector<std::byte>> burst) {
    std::vector<Model::Arrival> arrivals;
    arrivals.reserve(burst.size());
    for (const auto& packet : burst)
        arrivals.push_back({packet, {}});
    return model_->poll_cycle(arrivals);
}

std::size_t ModelRing::replay(const std::string& path, std::size_t burst,
                              const std::function<void()>& between) {
    const Capture capture = open_capture(path);
    std::size_t delivered = 0;
    int more = 1;
    while (more == 1) {
        std::vector<std::vector<std::byte>> bytes;
        std::vector<Model::Arrival> arrivals;
        pcap_pkthdr* header = nullptr;
        const u_char* data = nullptr;
        while (bytes.size() < burst && (more = pcap_next_ex(capture.get(), &header, &data)) == 1) {
            const auto* const first = reinterpret_cast<const std::byte*>(data);
            rxmap_desc metadata{};
            metadata.timestamp_ns = static_cast<std::uint64_t>(header->ts.tv_sec) * 1'000'000'000 +
                                    static_cast<std::uint64_t>(header->ts.tv_usec);
            bytes.emplace_back(first, first + header->caplen);
            arrivals.push_back({bytes.back(), metadata});
        }
        delivered += model_->poll_cycle(arrivals);
        if (between)
            between();
    }
    if (more != PCAP_ERROR_BREAK)
        throw Error(EINVAL, "the capture file '" + path +
                                "' ends in the middle of a packet: " + pcap_geterr(capture.get()));
    return delivered;
}

void ModelRing::poll() {
    model_->poll_cycle({});
}
std::uint64_t ModelRing::lost_at_nic() const {
    return model_->lost_at_nic();
}
void ModelRing::interface_down() {
    model_->set_state(State::down, Reason::none);
}
void ModelRing::carrier_lost() {
    model_->set_state(State::no_carrier, Reason::none);
}
void ModelRing::running() {
    model_->set_state(State::running, Reason::none);
}
void ModelRing::unplug() {
    model_->set_state(State::gone, Reason::device_gone);
}
void ModelRing::move_to_other_netns() {
    model_->set_state(State::gone, Reason::netns);
}
void ModelRing::force_detach() {
    model_->set_state(State::gone, Reason::forced);
}
void ModelRing::fault(Reason reason) {
    model_->set_state(State::fault, reason);
}
void ModelRing::on_busy_poll(std::function<void()> arrivals) {
    model_->on_busy_poll(std::move(arrivals));
}
void ModelRing::drop_next(rxmap_counter cause, std::uint64_t packets) {
    model_->drop_next(cause, packets);
}
bool ModelRing::adds_up() const {
    return model_->adds_up();
}
rxmap_consumer& ModelRing::consumer_words() noexcept {
    return model_->consumer_words();
}
std::span<std::uint32_t> ModelRing::release_ids() noexcept {
    return model_->release_ids();
}
rxmap_status& ModelRing::status() noexcept {
    return model_->status();
}

}  // namespace rxmap::testing
