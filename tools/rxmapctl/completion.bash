# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Bash completion of rxmapctl: subcommands, their options, interfaces, and the words of `set`.

_rxmapctl_interfaces() {
    local path
    for path in /sys/class/net/*; do
        printf '%s\n' "${path##*/}"
    done
}

# What may stand here: the words of `rxmapctl SUBCOMMAND`, after the word $2.
_rxmapctl_words() {
    case $1,$2 in
    *,--queue) ;;
    set,moderation) echo off fixed dim itr poll consumer ;;
    set,budget | set,usecs | set,frames | set,poll-usecs | set,awake-usecs | set,behind-usecs | set,deadman-usecs) ;;
    set,set) _rxmapctl_interfaces ;;
    set,*) echo budget moderation usecs frames poll-usecs awake-usecs behind-usecs deadman-usecs --queue ;;
    show,*) echo --json; _rxmapctl_interfaces ;;
    stats,*) echo --json --watch; _rxmapctl_interfaces ;;
    list,* | monitor,*) echo --json ;;
    doctor,*) _rxmapctl_interfaces ;;
    bind,*) echo --force; _rxmapctl_interfaces ;;
    unbind,*) echo --force --all; _rxmapctl_interfaces ;;
    detach,*) echo --queue; _rxmapctl_interfaces ;;
    exec,--mode) echo tap filter divert ;;
    exec,--overrun) echo drop backpressure ;;
    exec,--frame-size) echo 2048 4096 ;;
    exec,--user) compgen -u ;;
    exec,--filter | exec,--frames | exec,--quota | exec,--wake-packets | exec,--wake-usecs) ;;
    exec,--) compgen -c ;;
    exec,exec) _rxmapctl_interfaces ;;
    exec,*) echo --queue --mode --filter --overrun --frames --frame-size --quota --wake-packets --wake-usecs --promisc --user -- ;;
    esac
}

_rxmapctl() {
    local word=${COMP_WORDS[COMP_CWORD]} words
    if [ "$COMP_CWORD" = 1 ]; then
        words="list show set stats monitor doctor bind unbind detach exec --help"
    else
        words=$(_rxmapctl_words "${COMP_WORDS[1]}" "${COMP_WORDS[COMP_CWORD - 1]}")
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _rxmapctl rxmapctl
