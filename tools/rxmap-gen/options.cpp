// SPDX-License-Identifier: MIT
#include "rxmap-gen/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <stdexcept>

#include "probe/frame.hpp"
#include "probe/probe.hpp"
#include "rxmap-gen/flow_source.hpp"
#include "rxmap-gen/socket.hpp"

namespace rxmap::gen {
namespace {

constexpr std::uint32_t kMostFlows = 1024;
constexpr std::uint32_t kMostBurst = 65536;
constexpr double kMostRate = 1e8;
constexpr double kMostSeconds = 1e6;

/// The addresses as text, until they are parsed.
struct AddressTexts {
    std::string source_mac = "52:54:00:00:00:01";
    std::string destination_mac = "52:54:00:12:34:56";  // QEMU's first NIC
    std::string source_ip = "10.9.0.1";
    std::string destination_ip = "10.9.0.2";
    std::string ping;
};

struct Ways {
    std::string stream, dgram, udp, device;
};

void add_ways(CLI::App& app, Ways& ways, Options& options) {
    auto* group = app.add_option_group("way", "Where the frames go (exactly one)");
    group->add_option("--stream", ways.stream,
                      "QEMU's -netdev stream: unix socket PATH or HOST:PORT (see --listen)");
    group->add_option("--dgram", ways.dgram,
                      "QEMU's -netdev dgram: unix socket paths [LOCAL,]REMOTE");
    group->add_option("--udp", ways.udp, "an ordinary UDP socket: HOST:PORT");
    group->add_option("--dev", ways.device, "a network interface of this machine (CAP_NET_RAW)");
    group->require_option(1);
    app.add_flag("--listen", options.listen, "--stream: be the server, QEMU connects");
    app.add_option("--patience", options.patience_seconds, "seconds to wait for the other side")
        ->check(CLI::Range(0.0, kMostSeconds))
        ->capture_default_str();
}

void add_shape(CLI::App& app, TrafficOptions& traffic) {
    app.add_option("--flows", traffic.flows, "sequenced flows, source ports from --sport on")
        ->check(CLI::Range(1u, kMostFlows))
        ->capture_default_str();
    app.add_option("--first-flow", traffic.first_flow, "id of the first flow")
        ->check(CLI::Range(0u, kMostFlows - 1))
        ->capture_default_str();
    auto* size = app.add_option("--size", traffic.size,
                                "Ethernet frame size with its 4-byte FCS [64, with --vlan 68]");
    app.add_flag("--imix", traffic.imix, "sizes 64, 594, 1518 mixed 7:4:1, order by --seed")
        ->excludes(size);
    app.add_option("--rate", traffic.rate, "frames a second, 0: as fast as possible")
        ->check(CLI::Range(0.0, kMostRate))
        ->capture_default_str();
    const std::map<std::string, Arrivals> arrivals{{"steady", Arrivals::steady},
                                                   {"poisson", Arrivals::poisson}};
    app.add_option("--arrivals", traffic.arrivals,
                   "of bursts at --rate: steady (default) or poisson, gaps by --seed")
        ->transform(CLI::CheckedTransformer(arrivals));
    app.add_option("--burst", traffic.burst, "frames that leave together [1]")
        ->check(CLI::Range(1u, kMostBurst));
    app.add_option("--count", traffic.count,
                   "sequenced (with --pcap: replayed) frames; 0: no limit")
        ->capture_default_str();
    app.add_option("--seconds", traffic.seconds, "end after this time; 0: no limit")
        ->check(CLI::Range(0.0, kMostSeconds))
        ->capture_default_str();
    app.add_option("--seed", traffic.seed, "of filler, IMIX order and Poisson gaps")
        ->capture_default_str();
    app.add_flag("--mark-end", traffic.mark_end,
                 "end each flow with 3 packets that name its length");
}

void add_replay(CLI::App& app, TrafficOptions& traffic) {
    auto* pcap = app.add_option("--pcap", traffic.pcap, "replay this capture, nothing else");
    app.add_option("--mix", traffic.mix, "replay this capture between the sequenced frames")
        ->excludes(pcap);
    app.add_option("--mix-every", traffic.mix_every, "--mix: sequenced frames per replayed one")
        ->check(CLI::Range(1u, 1'000'000u))
        ->capture_default_str();
    app.add_flag("--loop", traffic.loop, "--pcap: start again at the end (--mix always does)");
    app.add_flag("--to-dst-mac", traffic.to_destination,
                 "replayed unicast frames get --dst-mac, so that a NIC takes them");
}

void add_addresses(CLI::App& app, AddressTexts& texts, TrafficOptions& traffic) {
    app.add_option("--src-mac", texts.source_mac)->capture_default_str();
    app.add_option("--dst-mac", texts.destination_mac)->capture_default_str();
    app.add_option("--src", texts.source_ip, "source IPv4 address")->capture_default_str();
    app.add_flag("--src-per-flow", traffic.source_per_flow,
                 "flow n comes from --src + n: for NICs that spread UDP by addresses alone");
    app.add_option("--dst", texts.destination_ip, "destination IPv4 address")
        ->capture_default_str();
    app.add_option("--sport", traffic.source_port, "source port of the first flow")
        ->check(CLI::Range(1, 65535))
        ->capture_default_str();
    app.add_option("--dport", traffic.destination_port, "destination port")
        ->check(CLI::Range(1, 65535))
        ->capture_default_str();
    app.add_option("--vlan", traffic.vlan, "802.1Q tag")->check(CLI::Range(1, 4094));
}

void add_neighbour(CLI::App& app, AddressTexts& texts, Options& options) {
    app.add_option("--ping", texts.ping, "send this address 10 ICMP echo requests a second")
        ->type_name("IP");
    app.add_flag("--answer", options.answer, "answer ARP and ping for the --src address");
    app.add_option("--wait-guest", options.wait_guest_seconds,
                   "begin when the guest pings --src (at most SECONDS; implies --answer)")
        ->check(CLI::Range(0.0, kMostSeconds))
        ->type_name("SECONDS");
    auto* linger = app.add_option("--linger", options.linger_seconds,
                                  "stay connected so long after the last frame [--stream: 0.5 s, "
                                  "at --rate 0 longer]")
                       ->check(CLI::Range(0.0, kMostSeconds))
                       ->type_name("SECONDS");
    app.add_flag("--hold", options.hold, "stay connected after the last frame until SIGINT")
        ->excludes(linger);
    app.add_flag("--json", options.json, "the report as JSON");
}

template <typename Parse>
auto parse_argument(const char* option, const std::string& text, Parse parse) {
    try {
        return parse(text);
    } catch (const std::invalid_argument& error) {
        throw CLI::ValidationError(option, error.what());
    }
}

void take_addresses(const AddressTexts& texts, Options& options) {
    TrafficOptions& traffic = options.traffic;
    traffic.source_mac = parse_argument("--src-mac", texts.source_mac, parse_mac);
    traffic.destination_mac = parse_argument("--dst-mac", texts.destination_mac, parse_mac);
    traffic.source_ip = parse_argument("--src", texts.source_ip, parse_ipv4);
    traffic.destination_ip = parse_argument("--dst", texts.destination_ip, parse_ipv4);
    if (!texts.ping.empty())
        options.ping = parse_argument("--ping", texts.ping, parse_ipv4);
}

void take_way(const Ways& ways, Options& options) {
    if (!ways.stream.empty()) {
        if (!is_unix_target(ways.stream))
            static_cast<void>(parse_argument("--stream", ways.stream, parse_host_port));
        options.way = Way::stream;
        options.target = ways.stream;
    } else if (!ways.dgram.empty()) {
        options.way = Way::dgram;
        options.target = ways.dgram;
    } else if (!ways.udp.empty()) {
        static_cast<void>(parse_argument("--udp", ways.udp, parse_host_port));
        options.way = Way::udp;
        options.target = ways.udp;
    } else {
        options.way = Way::device;
        options.target = ways.device;
    }
}

/// What no single option can know.
void check_together(Options& options) {
    TrafficOptions& traffic = options.traffic;
    const std::size_t least = least_frame_size(traffic.vlan.has_value());
    const std::size_t most = most_frame_size(traffic.vlan.has_value());
    if (traffic.size == 0)
        traffic.size = static_cast<std::uint32_t>(least);
    if (traffic.size < least || traffic.size > most)
        throw CLI::ValidationError(
            "--size", fmt::format("{} is outside {} .. {}{}", traffic.size, least, most,
                                  traffic.vlan ? " (with --vlan)" : ""));
    if (traffic.first_flow + traffic.flows > kMostFlows)
        throw CLI::ValidationError("--first-flow",
                                   fmt::format("{} with {} flows is beyond the last id {}",
                                               traffic.first_flow, traffic.flows, kMostFlows - 1));
    if (traffic.source_port + traffic.flows > 65536)
        throw CLI::ValidationError("--sport", fmt::format("{} with {} flows is beyond port 65535",
                                                          traffic.source_port, traffic.flows));
    const bool talks = options.ping || options.answer || options.wait_guest_seconds;
    if (options.way == Way::udp && (talks || !traffic.pcap.empty() || !traffic.mix.empty()))
        throw CLI::ValidationError(
            "--udp", "sends UDP payloads only: no --ping, --answer, --wait-guest, --pcap, --mix");
    if (traffic.arrivals == Arrivals::poisson && traffic.rate <= 0)
        throw CLI::ValidationError("--arrivals", "poisson needs --rate");
    if (options.listen && options.way != Way::stream)
        throw CLI::ValidationError("--listen", "belongs to --stream");
    if (traffic.burst == 0)
        traffic.burst = 1;
    if (options.wait_guest_seconds)
        options.answer = true;
}

}  // namespace

std::optional<int> parse_options(int argc, char** argv, Options& options) {
    CLI::App app{"rxmap-gen: sends sequenced, checksummed UDP flows and replays captures"};
    AddressTexts texts;
    Ways ways;
    add_ways(app, ways, options);
    add_shape(app, options.traffic);
    add_replay(app, options.traffic);
    add_addresses(app, texts, options.traffic);
    add_neighbour(app, texts, options);
    try {
        app.parse(argc, argv);
        take_way(ways, options);
        take_addresses(texts, options);
        check_together(options);
    } catch (const CLI::ParseError& error) {
        constexpr int kUsageError = 2;
        return app.exit(error) == 0 ? 0 : kUsageError;
    }
    return std::nullopt;
}

}  // namespace rxmap::gen
