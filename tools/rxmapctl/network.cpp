// SPDX-License-Identifier: MIT
// Addresses and routes are kept as the kernel's own messages: only the interface number is replaced
// before they are sent back, so that labels, scopes, metrics and tables survive without being
// understood here.
#include "network.hpp"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <system_error>

namespace rxmap::ctl {
namespace {

using Handler = std::function<void(const nlmsghdr*)>;

class Rtnetlink {
  public:
    Rtnetlink() : socket_(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC), &mnl_socket_close) {
        if (!socket_ || mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
            throw std::system_error(errno, std::generic_category(), "rtnetlink socket");
    }

    /// Sends a request and runs @p handler on each answer, up to the acknowledgment. Returns 0 or
    /// an errno.
    int talk(nlmsghdr* request, const Handler& handler) {
        request->nlmsg_seq = ++sequence_;
        if (mnl_socket_sendto(socket_.get(), request, request->nlmsg_len) < 0)
            return errno;
        std::array<char, 32768> buffer{};
        for (;;) {
            const ssize_t bytes = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
            if (bytes < 0)
                return errno;
            const int more = mnl_cb_run(buffer.data(), static_cast<std::size_t>(bytes), sequence_,
                                        mnl_socket_get_portid(socket_.get()), &Rtnetlink::answer,
                                        const_cast<Handler*>(&handler));
            if (more < 0)
                return errno;
            if (more == MNL_CB_STOP)
                return 0;
        }
    }

  private:
    static int answer(const nlmsghdr* message, void* handler) {
        (*static_cast<Handler*>(handler))(message);
        return MNL_CB_OK;
    }

    std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket_;
    unsigned sequence_ = 0;
};

void dump(Rtnetlink& netlink, std::uint16_t type, int family, const Handler& handler) {
    std::array<char, 256> buffer{};
    nlmsghdr* request = mnl_nlmsg_put_header(buffer.data());
    request->nlmsg_type = type;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    // every header of rtnetlink begins with the family; a dump needs no more of it
    auto* header = static_cast<rtgenmsg*>(mnl_nlmsg_put_extra_header(request, sizeof(rtgenmsg)));
    header->rtgen_family = static_cast<unsigned char>(family);
    if (const int error = netlink.talk(request, handler); error != 0)
        throw std::system_error(error, std::generic_category(), "rtnetlink dump");
}

struct Search {
    int type;
    const nlattr* found;
};

int match(const nlattr* attribute, void* data) {
    auto* search = static_cast<Search*>(data);
    if (mnl_attr_get_type(attribute) != search->type)
        return MNL_CB_OK;
    search->found = attribute;
    return MNL_CB_STOP;
}

const nlattr* find(const nlmsghdr* message, unsigned header, int type) {
    Search search{type, nullptr};
    mnl_attr_parse(message, header, match, &search);
    return search.found;
}

std::string address_text(int family, const nlattr* attribute) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (attribute == nullptr ||
        inet_ntop(family, mnl_attr_get_payload(attribute), text.data(), text.size()) == nullptr)
        return family == AF_INET ? "0.0.0.0" : "::";
    return text.data();
}

SavedMessage copy(const nlmsghdr* message, std::string text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(message);
    return {{bytes, bytes + message->nlmsg_len}, std::move(text)};
}

template <typename Header>
const Header* header_of(const nlmsghdr* message) {
    return static_cast<const Header*>(mnl_nlmsg_get_payload(message));
}

std::string route_text(const nlmsghdr* message) {
    const auto* route = header_of<rtmsg>(message);
    std::string text =
        route->rtm_dst_len == 0
            ? "default route"
            : fmt::format("route {}/{}",
                          address_text(route->rtm_family, find(message, sizeof(rtmsg), RTA_DST)),
                          route->rtm_dst_len);
    if (const nlattr* gateway = find(message, sizeof(rtmsg), RTA_GATEWAY))
        text += " via " + address_text(route->rtm_family, gateway);
    return text;
}

// Does a route with several next hops use the interface?
bool multipath_uses(const nlmsghdr* message, unsigned ifindex) {
    const nlattr* attribute = find(message, sizeof(rtmsg), RTA_MULTIPATH);
    if (attribute == nullptr)
        return false;
    const auto* hop = static_cast<const rtnexthop*>(mnl_attr_get_payload(attribute));
    int left = mnl_attr_get_payload_len(attribute);
    while (RTNH_OK(hop, left)) {
        if (static_cast<unsigned>(hop->rtnh_ifindex) == ifindex)
            return true;
        left -= static_cast<int>(RTNH_ALIGN(hop->rtnh_len));
        hop = RTNH_NEXT(hop);
    }
    return false;
}

bool route_uses(const nlmsghdr* message, unsigned ifindex) {
    const nlattr* out = find(message, sizeof(rtmsg), RTA_OIF);
    return out != nullptr && mnl_attr_get_u32(out) == ifindex;
}

void save_link(Rtnetlink& netlink, unsigned ifindex, SavedInterface& saved) {
    dump(netlink, RTM_GETLINK, AF_UNSPEC, [&](const nlmsghdr* message) {
        const auto* link = header_of<ifinfomsg>(message);
        if (static_cast<unsigned>(link->ifi_index) != ifindex)
            return;
        saved.up = (link->ifi_flags & IFF_UP) != 0;
        if (const nlattr* name = find(message, sizeof(ifinfomsg), IFLA_IFNAME))
            saved.name = mnl_attr_get_str(name);
        if (const nlattr* mtu = find(message, sizeof(ifinfomsg), IFLA_MTU))
            saved.mtu = mnl_attr_get_u32(mtu);
        if (find(message, sizeof(ifinfomsg), IFLA_MASTER) != nullptr)
            saved.lost.emplace_back("membership in a bridge, bond or VRF");
    });
}

void save_addresses(Rtnetlink& netlink, unsigned ifindex, SavedInterface& saved) {
    dump(netlink, RTM_GETADDR, AF_UNSPEC, [&](const nlmsghdr* message) {
        const auto* address = header_of<ifaddrmsg>(message);
        // the kernel makes temporary addresses again by itself
        if (address->ifa_index != ifindex || (address->ifa_flags & IFA_F_TEMPORARY) != 0)
            return;
        const nlattr* local = find(message, sizeof(ifaddrmsg), IFA_LOCAL);
        if (local == nullptr)
            local = find(message, sizeof(ifaddrmsg), IFA_ADDRESS);
        saved.addresses.push_back(
            copy(message, fmt::format("address {}/{}", address_text(address->ifa_family, local),
                                      address->ifa_prefixlen)));
    });
}

void save_routes(Rtnetlink& netlink, unsigned ifindex, SavedInterface& saved) {
    std::vector<SavedMessage> behind_gateway;
    for (const int family : {AF_INET, AF_INET6}) {
        dump(netlink, RTM_GETROUTE, family, [&](const nlmsghdr* message) {
            const auto* route = header_of<rtmsg>(message);
            // what the kernel derives from addresses comes back with them
            if (route->rtm_table == RT_TABLE_LOCAL || route->rtm_protocol == RTPROT_KERNEL ||
                (route->rtm_flags & RTM_F_CLONED) != 0)
                return;
            if (multipath_uses(message, ifindex))
                saved.lost.push_back(route_text(message) + " (several next hops)");
            if (!route_uses(message, ifindex))
                return;
            const bool gateway = find(message, sizeof(rtmsg), RTA_GATEWAY) != nullptr;
            (gateway ? behind_gateway : saved.routes).push_back(copy(message, route_text(message)));
        });
    }
    // a gateway must be reachable before a route may name it
    std::move(behind_gateway.begin(), behind_gateway.end(), std::back_inserter(saved.routes));
}

// The lambda's message ends with what it added; nothing else of the link changes.
int change_link(Rtnetlink& netlink, unsigned ifindex, bool up, bool change_flags,
                const std::function<void(nlmsghdr*)>& add) {
    std::array<char, 512> buffer{};
    nlmsghdr* request = mnl_nlmsg_put_header(buffer.data());
    request->nlmsg_type = RTM_NEWLINK;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    auto* link = static_cast<ifinfomsg*>(mnl_nlmsg_put_extra_header(request, sizeof(ifinfomsg)));
    link->ifi_index = static_cast<int>(ifindex);
    if (change_flags) {
        link->ifi_change = IFF_UP;
        link->ifi_flags = up ? IFF_UP : 0;
    }
    add(request);
    return netlink.talk(request, [](const nlmsghdr*) {});
}

int resend(Rtnetlink& netlink, const SavedMessage& saved, unsigned ifindex) {
    std::vector<std::uint8_t> bytes = saved.bytes;
    auto* message = reinterpret_cast<nlmsghdr*>(bytes.data());
    message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
    message->nlmsg_pid = 0;
    if (message->nlmsg_type == RTM_NEWADDR) {
        static_cast<ifaddrmsg*>(mnl_nlmsg_get_payload(message))->ifa_index = ifindex;
    } else {
        // of the flags only "the gateway is on this link" is a wish, the others are a state
        static_cast<rtmsg*>(mnl_nlmsg_get_payload(message))->rtm_flags &= RTNH_F_ONLINK;
        const nlattr* out = find(message, sizeof(rtmsg), RTA_OIF);
        std::memcpy(mnl_attr_get_payload(out), &ifindex, sizeof(ifindex));
    }
    const int error = netlink.talk(message, [](const nlmsghdr*) {});
    return error == EEXIST ? 0 : error;
}

}  // namespace

bool carries_default_route(unsigned ifindex) {
    Rtnetlink netlink;
    bool found = false;
    for (const int family : {AF_INET, AF_INET6}) {
        dump(netlink, RTM_GETROUTE, family, [&](const nlmsghdr* message) {
            const auto* route = header_of<rtmsg>(message);
            found = found || (route->rtm_dst_len == 0 && route->rtm_type == RTN_UNICAST &&
                              (route_uses(message, ifindex) || multipath_uses(message, ifindex)));
        });
    }
    return found;
}

SavedInterface save_interface(unsigned ifindex) {
    Rtnetlink netlink;
    SavedInterface saved;
    save_link(netlink, ifindex, saved);
    save_addresses(netlink, ifindex, saved);
    save_routes(netlink, ifindex, saved);
    return saved;
}

std::vector<std::string> restore_interface(unsigned ifindex, const SavedInterface& saved) {
    Rtnetlink netlink;
    std::vector<std::string> missing = saved.lost;
    const auto check = [&](int error, const std::string& what) {
        if (error != 0)
            missing.push_back(fmt::format("{}: {}", what, std::strerror(error)));
    };
    const auto nothing = [](nlmsghdr*) {};

    // a name can only change while the interface is down; udev may have set it up already
    check(change_link(netlink, ifindex, false, true, nothing), "down, to be renamed");
    check(change_link(netlink, ifindex, false, false,
                      [&](nlmsghdr* m) { mnl_attr_put_strz(m, IFLA_IFNAME, saved.name.c_str()); }),
          "name " + saved.name);
    check(change_link(netlink, ifindex, false, false,
                      [&](nlmsghdr* m) { mnl_attr_put_u32(m, IFLA_MTU, saved.mtu); }),
          fmt::format("MTU {}", saved.mtu));
    if (saved.up)
        check(change_link(netlink, ifindex, true, true, nothing), "up");
    for (const SavedMessage& address : saved.addresses)
        check(resend(netlink, address, ifindex), address.text);
    for (const SavedMessage& route : saved.routes)
        check(resend(netlink, route, ifindex), route.text);
    return missing;
}

}  // namespace rxmap::ctl
