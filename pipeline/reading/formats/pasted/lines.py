"""The lines of a text, and the cells that a delimiter makes of one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.core.messages import Message
from pipeline.reading.formats.pasted.ragged import RaggedRow
from pipeline.reading.formats.pasted.refusal import refuse_line
from pipeline.reading.formats.pasted.shapes import is_heading

PIPES = "|\uff5c"
PIPE = re.compile(rf"(?<!\\)[{PIPES}]")  # markdown writes \| for one inside a cell
TAB = re.compile("\t")
LINE_END = re.compile(r"\r\n|\r|\n")
_RULE = re.compile(r":?-{2,}:?")
_REMARK = re.compile("[。：:；;]|^(?:注|附|[(\uff08])")
FEWEST_CELLS = 4  # lines; fewer of one cell each are titles
LONGEST_CELL = 40  # characters; a longer line among cells is prose


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text, numbered from 1."""

    number: int
    text: str
    delimiter: re.Pattern[str] | None = None  # none in prose and in blank lines
    marks: int = 0  # number of delimiters

    @property
    def head(self) -> str:
        """Its text before the delimiters at its end."""
        return self.text.rstrip(f"{PIPES} \t\u3000\xa0")

    @property
    def is_plain(self) -> bool:
        """Whether it has text and no delimiter."""
        return self.delimiter is None and bool(self.text)

    @property
    def is_terminated(self) -> bool:
        """Whether it ends with a pipe."""
        return self.text.rstrip().endswith(tuple(PIPES))

    @property
    def is_remark(self) -> bool:
        """Whether it is a sentence or a remark rather than part of a cell."""
        text = self.text
        return len(text) > LONGEST_CELL or is_heading(text) or bool(_REMARK.search(text))

    @property
    def is_rule(self) -> bool:
        """Whether it is the line of dashes below a header in markdown."""
        if self.delimiter is not PIPE or "--" not in self.text:
            return False
        return all(_RULE.fullmatch(cell) for cell in self.cells() if cell)

    def cells(self) -> list[str]:
        """The stripped texts between its delimiters."""
        pieces = self.delimiter.split(self.text) if self.delimiter else [self.text]
        return [piece.strip() for piece in pieces]

    def as_note(self) -> RaggedRow:
        """The line as a row of its own."""
        return RaggedRow(self.number, (self.text.strip(),), 1, is_note=True)


def split_lines(text: str, delimiter: str | None) -> list[Line]:
    """Lines of a text, each with the delimiter that its cells have."""
    texts = LINE_END.split(text)
    if not texts[-1]:
        texts.pop()
    pipes = [len(PIPE.findall(line)) for line in texts]
    tabs = [line.count("\t") for line in texts]
    if delimiter and delimiter not in PIPES:
        pipes = [0] * len(texts)
    if delimiter and delimiter != "\t":
        tabs = [0] * len(texts)
    # where a line holds both, one of them stands inside a cell
    balance = sum((tab > 0) - (pipe > 0) for tab, pipe in zip(tabs, pipes, strict=True))
    lines = []
    for number, (text, tab, pipe) in enumerate(zip(texts, tabs, pipes, strict=True), 1):
        plain = text.strip()
        if tab and plain and (balance > 0 or not pipe):
            lines.append(Line(number, text, TAB, tab))
        elif pipe:
            lines.append(Line(number, plain, PIPE, pipe))
        else:
            lines.append(Line(number, plain))
    return lines


def glue(above: str, below: str, number: int) -> str:
    """Two halves of a text that was broken before line ``number``."""
    ends = above[-1:] + below[:1]
    if ends.isdecimal() and len(ends) > 1:
        refuse_line(number, Message("pasted.rest_of_number"))
    is_latin = ends.isascii() and ends.isalpha() and len(ends) > 1
    return f"{above} {below}" if is_latin else above + below
