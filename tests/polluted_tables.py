"""Delimited files with the kinds of pollution that surveys of open data found, each with its truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from corpus_reading import CorpusWarehouse, read_case

LABELS = ["地区代码", "年份", "常住人口", "备注"]
ROWS = [
    [f"99010000{town}", str(year), str(20_000 + 1_000 * town + year), f"第{town}批"]
    for year in (2021, 2022, 2023)
    for town in (1, 2, 3, 4)
]
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
ENCODINGS = {"utf-8": "utf-8", "gb18030": "gb18030"}
_CASE = {
    "contract": "population",
    "entry": {"columns": {"备注": "ignore"}},
    "columns": ["region_code", "year", "resident_population"],
}


@dataclass(frozen=True)
class PollutedFile:
    """A file and what a person reads in it.

    Attributes:
        kind: What is odd about it.
        name: The kind with delimiter and encoding.
        content: Its bytes.
        truth: Region code, year and residents of every row of data.
    """

    kind: str
    name: str
    content: bytes
    truth: tuple[tuple[str, str, str], ...]


def polluted_files() -> Iterator[PollutedFile]:
    """Every kind with every delimiter in every encoding."""
    truth = tuple((row[0], row[1], row[2]) for row in ROWS)
    for (kind, write), (delimiter, sign), (name, codec) in product(
        _KINDS.items(), DELIMITERS.items(), ENCODINGS.items()
    ):
        if kind in _ENCODED and codec != "utf-8":
            continue  # the kind is an encoding itself
        encoding, text = _ENCODED.get(kind, codec), write(sign)
        yield PollutedFile(kind, f"{kind}, {delimiter}, {name}", text.encode(encoding), truth)


def outcome_of(file: PollutedFile, warehouse: CorpusWarehouse, folder: Path) -> str:
    """``exact``, ``refused`` (the file or some of its rows) or ``wrong``."""
    folder.mkdir(exist_ok=True)
    (folder / "table.csv").write_bytes(file.content)
    found = read_case(warehouse, folder, _CASE)
    if found["problems"]:
        return "refused"
    rows = sorted((code, str(int(year)), str(int(number))) for code, year, number in found["rows"])
    refused = {row for row, *_ in found["rejected"]}
    if rows == sorted(file.truth) and not refused:
        return "exact"
    is_part = set(rows) <= set(file.truth) and len(rows) + len(refused) >= len(file.truth)
    return "refused" if is_part and refused else "wrong"


def _table(
    sign: str,
    rows: list[list[str]] = ROWS,
    labels: list[str] | None = LABELS,
    end: str = "\n",
    quote: Callable[[str], str] = str,
) -> str:
    lines = [sign.join(map(quote, row)) for row in ([labels] if labels else []) + rows]
    return end.join(lines) + end


def _remarks(text: str) -> list[list[str]]:
    return [[*row[:3], text] for row in ROWS]


def _double(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _with_row(sign: str, place: int, row: list[str]) -> str:
    return _table(sign, [*ROWS[:place], row, *ROWS[place:]])


_OTHER = "指标代码{0}指标名称\nK1{0}甲\nK2{0}乙\n"
_ENCODED = {"mark of utf-8": "utf-8-sig", "utf-16": "utf-16"}
_KINDS: dict[str, Callable[[str], str]] = {
    "plain": _table,
    "mark of utf-8": _table,
    "utf-16": _table,
    "line ends of windows": lambda s: _table(s, end="\r\n"),
    "line ends of old macs": lambda s: _table(s, end="\r"),
    "no last line end": lambda s: _table(s).rstrip("\n"),
    "all cells quoted": lambda s: _table(s, quote=_double),
    "single quotes": lambda s: _table(s, quote=lambda cell: f"'{cell}'"),
    "delimiter in quotes": lambda s: _table(s, _remarks(f"甲{s}乙{s}丙"), quote=_double),
    "other delimiters in quotes": lambda s: _table(s, _remarks("a,b;c\td|e,f;g"), quote=_double),
    "several lines in quotes": lambda s: _table(s, _remarks("一,\n二,\n三"), quote=_double),
    "doubled quotes": lambda s: _table(s, _remarks('称"甲"者'), quote=_double),
    "backslash before quotes": lambda s: _table(
        s, _remarks("甲"), quote=lambda cell: '"' + cell.replace("甲", '\\"甲\\"') + '"'
    ),
    "formula of a text": lambda s: _table(s, [[f'="{row[0]}"', *row[1:]] for row in ROWS]),
    "blank after the delimiter": lambda s: _table(s + " "),
    "title": lambda s: "各镇街常住人口\n" + _table(s),
    "title and notes": lambda s: "各镇街常住人口\n单位:人\n\n" + _table(s),
    "title with delimiters": lambda s: f"各镇街常住人口{s * 3}\n" + _table(s),
    "two blank lines before": lambda s: "\n\n" + _table(s),
    "header missing": lambda s: _table(s, labels=None),
    "header twice": lambda s: _table(s, [*ROWS[:6], LABELS, *ROWS[6:]]),
    "header of two rows": lambda s: f"{s}{s}人口{s}\n" + _table(s),
    "another table below": lambda s: _table(s) + "\n" + _OTHER.format(s),
    "another table above": lambda s: _OTHER.format(s) + "\n" + _table(s),
    "total below": lambda s: _with_row(
        s, 12, ["合计", "", str(sum(int(row[2]) for row in ROWS)), ""]
    ),
    "note below": lambda s: _table(s) + "注:人口为年末数\n",
    "blank lines below": lambda s: _table(s) + "\n\n",
    "blank rows of delimiters": lambda s: _table(s) + s * 3 + "\n" + s * 3 + "\n",
    "delimiter behind every row": lambda s: _table(s, [[*row, ""] for row in ROWS]),
    "one row without its last cell": lambda s: _table(s, [*ROWS[:5], ROWS[5][:3], *ROWS[6:]]),
    "one row with a cell more": lambda s: _table(s, [*ROWS[:5], [*ROWS[5], "x"], *ROWS[6:]]),
    "one row with a cell more in front": lambda s: _table(
        s, [*ROWS[:5], ["x", *ROWS[5]], *ROWS[6:]]
    ),
}
