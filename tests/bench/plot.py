# SPDX-License-Identifier: MIT
"""A picture of one figure of each arm: bars on a logarithmic scale, with a range where there is one."""

import shutil
import subprocess


def bars(file, title, label, rows):
    """rows: arm, figure, lowest, highest. Nothing without gnuplot, which tier bench installs."""
    if not rows or not shutil.which("gnuplot"):
        return
    lowest = min(low for _, _, low, _ in rows)
    script = [f"set terminal svg size 900,460 noenhanced background '#ffffff'; set output '{file}'",
              "set style fill solid 0.5; set boxwidth 0.6; set grid y; unset key; set bmargin 9; set rmargin 9", f"set title '{title}'; set ylabel '{label}'",
              f"set logscale y; set yrange [{lowest / 2}:*]; set xtics rotate by -40 nomirror font ',10'",
              "plot '-' using 0:2:xtic(1) with boxes linecolor '#4477aa', '-' using 0:2:3:4 with yerrorbars pointtype 0 linecolor 'black', "
              "'-' using 0:2:5 with labels offset 0,0.7 font ',9'"]
    # in quotes: to gnuplot a line that begins with e is the end of the data, also that of "epoll_recv"
    data = [f'"{arm}" {value} {low} {high} {value:.0f}' for arm, value, low, high in rows]
    subprocess.run(["gnuplot"], input="\n".join(script + (data + ["e"]) * 3) + "\n", text=True, check=True)
