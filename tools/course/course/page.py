# SPDX-License-Identifier: MIT
"""Reads the page of a lab (Documentation/labs/NAME.md): the questions are asked as they stand there."""

import re
from dataclasses import dataclass, field

QUESTION = re.compile(r"^### (\d+)\. (.*)$")
CHOICE = re.compile(r"^- ([a-z])\) (.*)$")


@dataclass
class Question:
    number: int
    text: str
    choices: dict = field(default_factory=dict)     # letter: text


@dataclass
class Page:
    title: str = ""
    about: str = ""                                 # the first paragraph
    questions: list = field(default_factory=list)
    reasons: dict = field(default_factory=dict)     # number: why it is so, from the section Afterwards


def plain(text):
    """Markdown without its marks, on one line."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(text.split()))
    return re.sub(r"[*`]", "", text)


def read(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    page, section = Page(), ""
    for line in lines:
        if line.startswith("## "):
            section = line[3:]
        elif section == "Predict" and (found := QUESTION.match(line)):
            page.questions.append(Question(int(found[1]), found[2]))
        elif section == "Predict" and (found := CHOICE.match(line)):
            page.questions[-1].choices[found[1]] = plain(found[2])
    paragraphs = "\n".join(lines).split("\n\n")
    page.title = next(line[2:] for line in lines if line.startswith("# "))
    page.about = plain(paragraphs[1])
    afterwards = "\n".join(lines).partition("\n## Afterwards\n")[2]
    for found in re.finditer(r"^(\d+)\. (.*(?:\n   .*)*)", afterwards, re.M):
        page.reasons[int(found[1])] = plain(found[2])
    if not page.questions or any(q.number not in page.reasons or len(q.choices) < 2 for q in page.questions):
        raise ValueError(f"{path.name}: each question needs choices, and its reason under Afterwards")
    return page
