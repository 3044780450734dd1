// SPDX-License-Identifier: MIT
// A ring goes from a program that may attach to one that may not, over a UNIX socket:
//     sudo example-pass give eth1 /run/ring.socket    attaches, locks, gives it to the next caller
//     example-pass take /run/ring.socket 1000         takes it and receives 1000 packets
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <rxmap/rxmap.hpp>
#include <string>
#include <system_error>

static int check(long result, const char* what) {
    if (result < 0)
        throw std::system_error(errno, std::generic_category(), what);
    return static_cast<int>(result);
}

// One byte of data, which carries one descriptor: SCM_RIGHTS, unix(7).
struct Message {
    char byte = 0;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    iovec data{&byte, 1};
    msghdr header{nullptr, 0, &data, 1, control, sizeof(control), 0};
};

// `how` is bind() or connect().
static int open_socket(const std::string& path, int (*how)(int, const sockaddr*, socklen_t)) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    const int fd = check(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    check(how(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), path.c_str());
    return fd;
}

static void give(const char* interface, const std::string& path) {
    const int fd = rxmap::Ring::attach(interface, {.lock = true}).hand_over();
    unlink(path.c_str());
    const int listener = open_socket(path, bind);
    check(chmod(path.c_str(), 0666), "chmod");  // for whom you would let run tcpdump
    check(listen(listener, 1), "listen");
    const int caller = check(accept(listener, nullptr, nullptr), "accept");
    Message message;
    cmsghdr* const rights = CMSG_FIRSTHDR(&message.header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(fd));
    std::memcpy(CMSG_DATA(rights), &fd, sizeof(fd));
    check(sendmsg(caller, &message.header, 0), "sendmsg");
}  // the ring lives on: the last one who closes it gives the queue back

static void take(const std::string& path, long wanted) {
    Message message;
    check(recvmsg(open_socket(path, connect), &message.header, MSG_CMSG_CLOEXEC), "recvmsg");
    int fd = -1;
    if (const cmsghdr* const rights = CMSG_FIRSTHDR(&message.header); rights != nullptr)
        std::memcpy(&fd, CMSG_DATA(rights), sizeof(fd));
    auto ring = rxmap::Ring::adopt(fd);
    long packets = 0;
    while (packets < wanted && ring.wait() != rxmap::Wait::closed)
        packets += static_cast<long>(ring.take().size());
    std::printf("user %u received %ld packets\n", getuid(), packets);
}

int main(int argc, char** argv) try {
    if (argc == 4 && argv[1] == std::string("give"))
        give(argv[2], argv[3]);
    else if (argc == 4 && argv[1] == std::string("take"))
        take(argv[2], std::atol(argv[3]));
    return argc == 4 ? 0 : 2;
} catch (const std::system_error& error) {
    std::fprintf(stderr, "example-pass: %s\n", error.what());
    return 1;
}
