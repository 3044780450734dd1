# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The kernel's own style check, checkpatch.pl, which Debian ships in linux-source alone (150 MB). Sourced by tools/setup/setup.
#
# Result, under ${RXMAP_CACHE:-build}/:
#   checkpatch/                              checkpatch.pl and its word lists
#   sources/linux-source-6.12_VERSION.tar.xz the sources; tests/debug-kernel/build takes them from here

source_package=linux-source-6.12
source_dir=${RXMAP_CACHE:-$top/build}/sources
checkpatch_dir=${RXMAP_CACHE:-$top/build}/checkpatch

source_ready() {
    [ -e "$checkpatch_dir/checkpatch.pl" ] || [ -e "${RXMAP_CACHE:-$top/build}/debug-kernel/current/headers/scripts/checkpatch.pl" ]
}

source_download_size() {
    apt-cache show --no-all-versions "$source_package" | awk '/^Size:/ { print $2; exit }'
}

source_fetch() {
    local work version
    mkdir -p "$source_dir"
    work=$(mktemp -d "$source_dir/XXXXXX")
    say "downloading $source_package, for checkpatch.pl"
    (cd "$work" && apt-get -o Acquire::Retries=5 download "$source_package") >"$work/download.log" 2>&1 ||
        die "the download failed: $(tail -n 1 "$work/download.log")"
    version=$(dpkg-deb -f "$work"/*.deb Version)
    dpkg-deb --fsys-tarfile "$work"/*.deb | tar -x -C "$work" "./usr/src/$source_package.tar.xz"
    tar -xf "$work/usr/src/$source_package.tar.xz" -C "$work" --strip-components=2 \
        "$source_package/scripts/checkpatch.pl" "$source_package/scripts/spelling.txt" "$source_package/scripts/const_structs.checkpatch"
    mv "$work/usr/src/$source_package.tar.xz" "$source_dir/${source_package}_$version.tar.xz"
    mkdir -p "$checkpatch_dir"
    mv "$work/spelling.txt" "$work/const_structs.checkpatch" "$checkpatch_dir"
    mv "$work/checkpatch.pl" "$checkpatch_dir"
    rm -rf "$work"
}
