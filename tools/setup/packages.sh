# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Debian packages of each tier, and how to find out what is missing, how large it is, and to run apt-get as root.
# Sourced by tools/setup/setup; uses its say() and die().

# The guest kernels that each tier boots. setup reads it.
# shellcheck disable=SC2034
declare -A tier_kernels=(
    [demo]="6.12"
    [check]="6.1 6.12"
    [bench]="6.1 6.12"
    [doc]=""
    [deb]=""
)

packages_demo=(
    # building the module and the user-space tools
    make gcc g++ cmake pkg-config libc6-dev libfmt-dev libcli11-dev libpcap-dev libmnl-dev libelf1 dwarves xz-utils python3-minimal
    # the virtual machine, and what goes into its initramfs
    qemu-system-x86 busybox-static iproute2 iputils-ping ethtool tcpdump iperf3
    # namespaces for the tap, without root
    util-linux
)
packages_check=(
    libgtest-dev libgmock-dev libbenchmark-dev liburing-dev
    clang-format-14 clang-tidy-14 shellcheck sparse spin jq python3-yaml doxygen
    # the debug kernel
    bc bison flex libelf-dev libssl-dev rsync kmod
    # the module under DKMS, and the Debian packages
    dkms dpkg-dev debhelper dh-dkms lintian
    # the machine of the own-VM test
    mmdebstrap uidmap fakeroot e2fsprogs
)
packages_bench=(libbenchmark-dev liburing-dev libxdp-dev libbpf-dev gnuplot-nox jq libdpdk-dev)
packages_doc=(doxygen)
packages_deb=(dpkg-dev debhelper dh-dkms lintian liburing-dev)

packages_of_tier() {
    local -n extra="packages_$1"
    printf '%s\n' "${packages_demo[@]}" "${extra[@]}" | sort -u
}

packages_missing() {
    local wanted
    mapfile -t wanted < <(packages_of_tier "$1")
    # dpkg-query says nothing about a package it has never heard of: compare with what it reports as installed.
    comm -23 <(printf '%s\n' "${wanted[@]}") \
        <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/^installed //p' | sort -u)
}

packages_download_size() {
    apt-get install --print-uris -qq -y --no-install-recommends "$@" 2>/dev/null | awk '{ sum += $3 } END { printf "%d\n", sum }'
}

require_debian() {
    command -v apt-get >/dev/null && return
    die "this set-up knows Debian 12 only (no apt-get here); it would install: $(packages_of_tier check | tr '\n' ' ')"
}

lists_present() {
    [ -n "$(apt-cache --quiet=2 show linux-image-amd64 2>/dev/null)" ]
}

# packages_run_as_root COMMAND...: the only place where the project asks for privileges.
packages_run_as_root() {
    local number_of_arguments=$#
    if [ "$(id -u)" -eq 0 ]; then
        say "running: $*"
        "$@" >&2
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        say "running: sudo $*"
        sudo "$@" >&2
    else
        [ "$number_of_arguments" -gt 0 ]
        say "root is needed for one command; run it, then try again:"
        printf '    %s\n' "$*" >&2
        exit 1
    fi
}
