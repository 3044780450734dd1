# SPDX-License-Identifier: MIT
"""What a lab found, as text for the terminal and as one self-contained HTML page (no script, nothing fetched)."""

from dataclasses import dataclass, field
from html import escape

from . import picture as drawing

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;color:#1d2733;background:#fff}
h1,h2{line-height:1.2}h2{margin-top:2em}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.3em .6em;border-bottom:1px solid #d5dbe1;text-align:right}th:first-child,td:first-child{text-align:left}
.question{border-left:4px solid #9aa7b4;padding:.1em 1em;margin:1em 0}.right{border-color:#2e8b57}.wrong{border-color:#c8553d}
.question p{margin:.3em 0}.said{color:#52606d}svg{width:100%;height:auto;border:1px solid #d5dbe1;margin:.5em 0}
.key{color:#52606d;font-size:.9em}.key b{font-weight:400;padding:0 .4em;color:#1d2733}ol.steps{columns:1}li{margin:.2em 0}
.steps i{color:#52606d;font-style:normal}
"""
KEY = ('<p class="key">Mode: <b style="background:#bcd8c6">interrupt</b> <b style="background:#f2b880">polling</b> '
       '<b style="background:#c9d3df">suspended</b>. A poll is as high as it took packets: '
       '<b style="background:#c8553d;color:#fff">its whole budget</b> <b style="background:#3f6fb0;color:#fff">less</b>. '
       'Numbers are the steps below; the pointer on a bar tells more.</p>')


@dataclass
class Picture:
    title: str
    svg: str
    begin: float                # microseconds, for the times of the steps
    steps: list = field(default_factory=list)


@dataclass
class Result:
    heads: tuple
    rows: list
    answers: dict               # number: (letter, evidence); letter None: none of the choices
    pictures: list
    machine: str
    total: str                  # one sentence on what became of the packets


def verdict(predicted, answer):
    if predicted is None:
        return "no prediction"
    return "right" if predicted == answer else "not as predicted"


def choice_text(question, letter):
    return "none of these" if letter is None else f"{letter}) {question.choices[letter]}"


def as_text(page, predicted, result):
    table = [[str(cell) for cell in row] for row in (result.heads, *result.rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(result.heads))]
    lines = ["  ".join(cell.ljust(width) if not i else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths)))
             for row in table]
    lines += ["", result.total, ""]
    for question in page.questions:
        letter, evidence = result.answers[question.number]
        said = predicted[question.number]
        lines += [f"{question.number}. {question.text}", f"   {choice_text(question, letter)}: {evidence}.",
                  f"   {'you said ' + said + ': ' if said else ''}{verdict(said, letter)}. {page.reasons[question.number]}", ""]
    asked = [q.number for q in page.questions if predicted[q.number]]
    right = sum(predicted[number] == result.answers[number][0] for number in asked)
    lines.append(f"lab: {right} of {len(asked)} predictions were right" if asked else "lab: no prediction was made")
    return "\n".join(lines)


def questions_html(page, predicted, result):
    for question in page.questions:
        letter, evidence = result.answers[question.number]
        said = predicted[question.number]
        kind = "" if said is None else "right" if said == letter else "wrong"
        prediction = f"You said {choice_text(question, said)}: {verdict(said, letter)}." if said else "No prediction."
        yield (f'<div class="question {kind}"><p><strong>{question.number}. {escape(question.text)}</strong></p>'
               f'<p class="said">{escape(prediction)}</p><p>{escape(choice_text(question, letter))}: {escape(evidence)}.</p>'
               f'<p>{escape(page.reasons[question.number])}</p></div>')


def picture_html(picture):
    steps = "".join(f"<li><i>{at - picture.begin:.0f} us</i> {escape(text)}</li>" for at, text in picture.steps)
    return f"<h2>{escape(picture.title)}</h2>{picture.svg}{KEY}" + (f'<ol class="steps">{steps}</ol>' if steps else "")


def as_html(page, predicted, result):
    heads = "".join(f"<th>{escape(head)}</th>" for head in result.heads)
    rows = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in result.rows)
    parts = [f"<h1>{escape(page.title)}</h1><p>{escape(page.about)}</p><p class='key'>{escape(result.machine)}</p>",
             "<h2>What you predicted, and what happened</h2>", *questions_html(page, predicted, result),
             f"<h2>Counted</h2><table><tr>{heads}</tr>{rows}</table><p>{escape(result.total)}</p>",
             *(picture_html(picture) for picture in result.pictures)]
    return (f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{escape(page.title)}</title><style>{STYLE}{drawing.STYLE}</style></head><body>\n" + "\n".join(parts) + "\n</body></html>\n")
