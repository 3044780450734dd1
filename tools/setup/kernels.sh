# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Guest kernels: Debian's own, downloaded and unpacked, never installed. Sourced by tools/setup/setup.
#
# Result, under ${RXMAP_CACHE:-build}/kernels/<6.1|6.12>/:
#   release                      one line, such as 6.12.117+deb12-amd64
#   vmlinuz  config              the kernel and its configuration
#   modules                      its module tree (without graphics, sound and the like)
#   headers                      a KDIR for out-of-tree modules
#   version                      the Debian version it came from

kernels_dir=${RXMAP_CACHE:-$top/build}/kernels

# Meta-packages that always depend on the newest kernel of a series.
declare -A kernel_image_meta=([6.1]=linux-image-amd64 [6.12]=linux-image-6.12-amd64)
declare -A kernel_headers_meta=([6.1]=linux-headers-amd64 [6.12]=linux-headers-6.12-amd64)

kernel_known() { [ -n "${kernel_image_meta[$1]:-}" ]; }
kernel_ready() { [ -e "$kernels_dir/$1/.complete" ]; }

first_dependency() {
    apt-cache depends --no-recommends --no-suggests "$1" 2>/dev/null | awk -v like="$2" '/Depends:/ && $NF ~ like { print $NF; exit }'
}

# The four packages of one kernel: image, headers, common headers, kbuild tools.
kernel_packages() {
    local image headers
    image=$(first_dependency "${kernel_image_meta[$1]}" '^linux-image-')
    headers=$(first_dependency "${kernel_headers_meta[$1]}" '^linux-headers-')
    [ -n "$image" ] && [ -n "$headers" ] || die "the package lists know no kernel $1; is this Debian 12 with its security archive?"
    echo "$image" "$headers" "$(first_dependency "$headers" '-common$')" "$(first_dependency "$headers" '^linux-kbuild-')"
}

kernel_download_size() {
    local packages
    read -ra packages <<<"$(kernel_packages "$1")"
    apt-cache show --no-all-versions "${packages[@]}" | awk '/^Size:/ { sum += $2 } END { printf "%d\n", sum }'
}

# kernel_fetch 6.12: into a directory beside its final place, which appears whole or not at all.
kernel_fetch() {
    local series=$1 final=$kernels_dir/$1 work packages
    mkdir -p "$kernels_dir"
    exec 8>"$kernels_dir/$series.lock"
    flock 8
    kernel_ready "$series" && return
    read -ra packages <<<"$(kernel_packages "$series")"
    work=$(mktemp -d "$kernels_dir/$series.XXXXXX")
    mkdir "$work/debs" "$work/root"
    say "downloading guest kernel $series: ${packages[0]}"
    (cd "$work/debs" && apt-get -o Acquire::Retries=5 download "${packages[@]}") >"$work/download.log" 2>&1 ||
        die "the download failed: $(tail -n 1 "$work/download.log")"
    say "unpacking it under $final"
    kernel_unpack "$work"
    headers_relocate "$work"
    rm -rf "$work/debs" "$work/download.log" "$final"
    touch "$work/.complete"
    chmod 755 "$work"
    mv "$work" "$final"
}

kernel_unpack() {
    local work=$1 deb release skip=() folder
    for folder in drivers/gpu drivers/media drivers/scsi drivers/infiniband drivers/net/wireless drivers/staging sound; do
        skip+=("--exclude=./lib/modules/*/kernel/$folder")
    done
    for deb in "$work"/debs/*.deb; do
        dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$work/root" --exclude='./usr/share' "${skip[@]}"
    done
    release=$(basename "$work"/root/boot/vmlinuz-*)
    release=${release#vmlinuz-}
    echo "$release" >"$work/release"
    dpkg-deb -f "$work"/debs/linux-image-*.deb Version >"$work/version"
    mv "$work/root/boot/vmlinuz-$release" "$work/vmlinuz"
    mv "$work/root/boot/config-$release" "$work/config"
    rm -rf "$work/root/boot"
    rm -f "$work/root/lib/modules/$release/build" "$work/root/lib/modules/$release/source"
    ln -s "root/lib/modules/$release" "$work/modules"
    ln -s "root/usr/src/linux-headers-$release" "$work/headers"
}

# The top Makefile of Debian's headers includes /usr/src/.../Makefile, which is not there. A path made from the
# including Makefile's own works wherever the tree lies.
headers_relocate() {
    local work=$1 makefile
    for makefile in "$work"/root/usr/src/linux-headers-*/Makefile; do
        sed -i 's|^include /usr/src/|include $(dir $(realpath $(lastword $(MAKEFILE_LIST))))../|' "$makefile"
    done
}
