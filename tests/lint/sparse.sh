# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# sparse and gcc's W=1 say nothing about our files; sourced by the check of each kernel.
. tests/lint/common.sh

# sparse_check 6.1|6.12
sparse_check() {
    need sparse sparse
    [ -e "$cache/kernels/$1/headers/Makefile" ] || die "no headers of kernel $1 under $cache: make setup TIER=check fetches them"
    local log status=0
    log=$(mktemp)
    KERNEL=$1 W=1 C=2 RXMAP_KMOD_BUILD=$PWD/build/lint tools/kmod-build >"$log" 2>&1 || status=1
    # Warnings that begin in the kernel's headers are the kernel's.
    if [ $status -ne 0 ] || grep -E '(kmod|include/uapi|include/rxmap)/[^ ]*:[0-9]+:' "$log"; then
        [ $status -eq 0 ] || cat "$log"
        status=1
    fi
    rm -f "$log"
    return $status
}
