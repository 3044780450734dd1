# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Bash completion of rxmap-top: options and interfaces.

_rxmap_top() {
    local path words="--interval --once --json --help"
    for path in /sys/class/net/*; do
        words+=" ${path##*/}"
    done
    [ "${COMP_WORDS[COMP_CWORD - 1]}" != --interval ] || words=
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -F _rxmap_top rxmap-top
