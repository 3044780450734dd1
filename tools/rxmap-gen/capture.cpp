// SPDX-License-Identifier: MIT
#include "rxmap-gen/capture.hpp"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "probe/frame.hpp"

namespace rxmap::gen {
namespace {

constexpr std::size_t kMostMemory = std::size_t{1} << 30;
constexpr std::byte kMulticastBit{1};

using File = std::unique_ptr<pcap_t, decltype(&pcap_close)>;

std::string link_name(int link) {
    const char* name = pcap_datalink_val_to_name(link);
    return name != nullptr ? name : "unknown";
}

File open_capture(const std::string& path) {
    char why[PCAP_ERRBUF_SIZE] = "";
    File file(pcap_open_offline(path.c_str(), why), &pcap_close);
    if (!file)
        throw std::runtime_error(why);  // libpcap's text names the file
    const int link = pcap_datalink(file.get());
    if (link != DLT_EN10MB)
        throw std::runtime_error(fmt::format("{}: link type {} ({}), only Ethernet can be replayed",
                                             path, link, link_name(link)));
    return file;
}

}  // namespace

Capture::Capture(const std::string& path, const Mac* unicast_to) {
    const File file = open_capture(path);
    pcap_pkthdr* header = nullptr;
    const unsigned char* bytes = nullptr;
    int result = 0;
    while ((result = pcap_next_ex(file.get(), &header, &bytes)) == 1) {
        if (header->caplen < probe::kEthernetBytes || header->caplen > Batch::kMostFrameBytes)
            throw std::runtime_error(fmt::format("{}: frame {} has {} bytes, allowed are {} .. {}",
                                                 path, frames_.size() + 1, header->caplen,
                                                 probe::kEthernetBytes, Batch::kMostFrameBytes));
        if (memory_.size() + header->caplen > kMostMemory)
            throw std::runtime_error(
                fmt::format("{}: more than {} bytes of frames", path, kMostMemory));
        truncated_ += header->caplen < header->len ? 1 : 0;
        add(reinterpret_cast<const std::byte*>(bytes), header->caplen, unicast_to);
    }
    if (result == PCAP_ERROR)
        throw std::runtime_error(fmt::format("{}: {}", path, pcap_geterr(file.get())));
    if (frames_.empty())
        throw std::runtime_error(fmt::format("{}: holds no frame", path));
}

void Capture::add(const std::byte* bytes, std::size_t captured, const Mac* unicast_to) {
    const Piece piece{.offset = memory_.size(), .bytes = captured};
    memory_.insert(memory_.end(), bytes, bytes + captured);
    const auto frame = memory_.begin() + static_cast<std::ptrdiff_t>(piece.offset);
    if (unicast_to != nullptr && (*frame & kMulticastBit) == std::byte{0})
        std::copy(unicast_to->begin(), unicast_to->end(), frame);
    frames_.push_back(piece);
}

bool Capture::append_next(Batch& batch) {
    const Piece& piece = frames_[next_];
    if (!batch.has_room(piece.bytes))
        return false;
    const auto from = memory_.begin() + static_cast<std::ptrdiff_t>(piece.offset);
    const auto to = batch.append({.bytes = piece.bytes, .what = FrameClass::replayed});
    std::copy_n(from, piece.bytes, to.begin());
    next_ = next_ + 1 == frames_.size() ? 0 : next_ + 1;
    return true;
}

}  // namespace rxmap::gen
