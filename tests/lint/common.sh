# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Each check uses some of it.
# shellcheck disable=SC2034
# What the shell checks share. Sourced with the top folder as working directory.

cache=${RXMAP_CACHE:-$PWD/build}

die() { echo "$*"; exit 1; }

# need TOOL PACKAGE
need() { command -v "$1" >/dev/null || die "$1 is not installed: apt-get install $2, or make setup TIER=check"; }

# tracked PATTERN...: files under version control that exist (a deleted one may still be in the index)
tracked() {
    local file
    git ls-files --cached --others --exclude-standard -- "$@" | while IFS= read -r file; do
        [ -f "$file" ] && [ ! -L "$file" ] && echo "$file"
    done
}
