"""Damaged and hostile files: made by mutation or by hand, and read in processes of their own."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import multiprocessing
import random
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path

from pipeline.contracts import load_contracts
from pipeline.dossier_files.source import Source
from pipeline.dossier_files.sources_file import ReadOptions, SourceEntry
from pipeline.language import LANGUAGES, messages_in
from pipeline.reading.files import kind_of_column, open_grids
from pipeline.reading.grid import Grid
from pipeline.reading.layout import lay_out

SEED = 20231231
MOST_SECONDS = 10  # of the processor, so that a busy machine makes no test fail
MOST_WALL_SECONDS = 90
MOST_BYTES = 1_000_000_000  # of memory, beyond what a process takes that has read nothing
ADDRESS_SPACE = 3_000_000_000  # beyond that, too: a reader that runs away dies in its own process

ROWS = (
    ("地区", "时点", "常住人口", "0岁", "1-4岁", "备注"),
    ("示例县", "2023-12-31", "40000", "300", "1400", ""),
    ("甲镇", "2023年12月31日", "25,000", "200", "900", "含流动人口"),
    ("乙镇", "2023/12/31", "1.5万", "—", "500", ""),
    ("合计", "", "80000", "500", "2800", ""),
)
TITLE = "示例县常住人口统计表"
UNIT_LINE = "单位:人"

# What means something to one reader or another, put where it does not belong.
TOKENS = (
    *(b"\0", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xef\xbf\xbd", b"\xed\xa0\x80"),
    *(b'"', b"'", b",", b"\t", b";", b"|", b"\r", b"\n", b"\r\n", b"\x1a", b"\x1c", b"\x85", b" "),
    *(
        b"[",
        b"]",
        b"{",
        b"}",
        b":",
        b"null",
        b"NaN",
        b"Infinity",
        b"-1",
        b"1e999",
        b"0x10",
        b"true",
    ),
    *(b"<", b">", b"</", b"/>", b"&#0;", b"&#xD800;", b"&#1114112;", b"&amp;", b"&lol;", b"]]>"),
    *(b"<table>", b"</table>", b"<tr>", b"<td>", b"</td>", b"<td rowspan=0 colspan=0>", b"<th>"),
    *(b"<td colspan=999999999>", b"<td rowspan=-1>", b"<!--", b"<![CDATA[", b"<script>", b"<pre>"),
    *(
        b'ref="A1:XFD1048576"',
        b'r="XFD1048576"',
        b'r="A0"',
        b'r="1"',
        b't="s"',
        b't="e"',
        b't="zz"',
    ),
    *(b"<v>4294967296</v>", b"<v>-1</v>", b'<mergeCell ref="B2:A1"/>', b'<mergeCell ref="A"/>'),
    *(b'table:number-rows-repeated="1048576"', b'table:number-columns-repeated="16384"'),
    *(b'w:val="-1"', b'<w:gridSpan w:val="999999999"/>', b"<w:vMerge/>", b"<w:tbl>", b"</w:tc>"),
    *(
        b"endobj",
        b"stream",
        b"/Length 99999999",
        b"/Kids [1 0 R]",
        b"xref",
        b"%%EOF",
        b"PK\x03\x04",
    ),
    *("合计".encode(), "单位:万人".encode(), "\u202e".encode(), "\U0001f476".encode(), b"=1+1"),
)
VALUES = (
    *(
        b"",
        b" ",
        b"0",
        b"-1",
        b"1",
        b"2",
        b"1.5",
        b"99999999999",
        b"1e5",
        b"NaN",
        b"true",
        b"x" * 999,
    ),
    *(b"A1", b"A1:B2", b"B2:A1", b"XFD1048576", b"A1:XFD1048576", b"A0", b"ZZZZ1", b"A99999999999"),
    *(
        b"s",
        b"e",
        b"b",
        b"d",
        b"n",
        b"str",
        b"inlineStr",
        b"float",
        b"date",
        b"percentage",
        b"string",
    ),
    *(b"rId1", b"rId99", b"../x.xml", b"/", b"hidden", b"veryHidden", b"continue", b"restart"),
    *(b"2023-12-31", b"9999-99-99", b"PT25H61M", b"&#x10FFFF;", b"&quot;", b"\\ud800", b"\\u0000"),
)


@dataclass(frozen=True)
class Case:
    """One hostile file: the ``number``-th mutation of a format, or hand-made where ``name`` is set."""

    kind: str
    number: int = 0
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}" if self.name else f"{self.kind} {SEED}:{self.number}"


@dataclass
class Outcome:
    """What reading a case came to; ``complaint`` is empty where it was as it should be."""

    case: Case
    complaint: str = ""
    read: bool = False
    laid_out: bool = False
    seconds: float = 0.0


# --- seeds ---------------------------------------------------------------------------------------


def text_seeds() -> dict[str, list[bytes]]:
    """Small sound files of every format that needs no office program."""
    lined = [",".join(f'"{c}"' if "," in c else c for c in row) for row in ROWS]
    csv = "\n".join([TITLE, UNIT_LINE, *lined]) + "\n"
    quoted = "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS)
    tsv = "\n".join("\t".join(row) for row in ROWS) + "\n"
    pasted = "\n".join("| " + " | ".join(row) + " |" for row in ROWS)
    spaced = "\n".join("  ".join(cell or "-" for cell in row) for row in ROWS)
    one_a_line = "\n".join(cell for row in ROWS[:4] for cell in row[:4])
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in ROWS]
    html = f"<html><body><p>{TITLE}</p><table><tr>{'</tr><tr>'.join(cells)}</tr></table></body>"
    merged = html.replace("<td>合计</td><td></td>", '<td colspan="2" rowspan="1">合计</td>')
    records = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
    listed = [list(row) for row in ROWS]
    features = [{"type": "Feature", "geometry": None, "properties": r} for r in records]
    geojson = {"type": "FeatureCollection", "features": features}
    return {
        "csv": [csv.encode(), quoted.encode(), csv.replace(",", ";").encode()],
        "tsv": [tsv.encode(), b"\xef\xbb\xbf" + tsv.replace("\n", "\r\n").encode()],
        "gb18030": [csv.encode("gb18030"), (tsv * 3).encode("gb18030")],
        "utf16": [csv.encode("utf-16"), tsv.encode("utf-16-be"), quoted.encode("utf-16-le")],
        "pasted": [pasted.encode(), spaced.encode(), pasted.replace("|", "\uff5c").encode()],
        "one_a_line": [one_a_line.encode(), one_a_line.replace("\n", "\n\n").encode()],
        "html": [html.encode(), merged.encode(), html.encode("gb18030")],
        "json": [_json(records), _json(listed), _json({"data": {"rows": records}})],
        "geojson": [_json(geojson), _json({**geojson, "crs": None}, indent=1)],
        "zip": [zipped({"人口.csv": csv.encode()}), zipped({"a/b.tsv": tsv.encode(), "._b": b""})],
        "gzip": [gzip.compress(csv.encode(), mtime=0), gzip.compress(quoted.encode(), mtime=0) * 2],
    }


def _json(value: object, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode()


def zipped(members: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive, the same bytes every time."""
    return zipped_entries(list(members.items()), packing)


def zipped_entries(
    entries: Iterable[tuple[str, bytes]], packing: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A zip archive in which names may repeat."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", packing) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that repeat
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = packing
            archive.writestr(info, content)
    return sink.getvalue()


# --- mutations -----------------------------------------------------------------------------------


def mutated(seeds: Mapping[str, list[bytes]], case: Case) -> bytes:
    """The bytes of a case; the same for the same seeds, whatever ran before."""
    chance = random.Random(f"{SEED}:{case.kind}:{case.number}")  # noqa: S311 (no secret)
    seed = chance.choice(seeds[case.kind])
    if seed.startswith(b"PK\x03\x04") and chance.random() < 0.6:
        return _with_spoiled_members(seed, chance)
    if case.kind == "gzip" and chance.random() < 0.6:
        inner = _spoiled(gzip.decompress(seed), chance, chance.choice(seeds["csv"]))
        return gzip.compress(inner, mtime=0)
    others = seeds[chance.choice(sorted(seeds))] if chance.random() < 0.1 else seeds[case.kind]
    return _spoiled(seed, chance, chance.choice(others))


def _spoiled(content: bytes, chance: random.Random, other: bytes) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        content = chance.choice(_MUTATIONS)(content, chance, other)
    return content


def _place(content: bytes, chance: random.Random) -> int:
    return chance.randint(0, len(content))


def _truncate(content: bytes, chance: random.Random, other: bytes) -> bytes:
    cut = _place(content, chance)
    return content[:cut] if chance.random() < 0.8 else content[cut:]


def _flip_bits(content: bytes, chance: random.Random, other: bytes) -> bytes:
    spoiled = bytearray(content)
    for _ in range(chance.choice((1, 2, 5, 20)) if spoiled else 0):
        spoiled[chance.randrange(len(spoiled))] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


def _set_bytes(content: bytes, chance: random.Random, other: bytes) -> bytes:
    at, length = _place(content, chance), chance.choice((1, 2, 4, 8))
    return (
        content[:at]
        + bytes([chance.choice((0, 1, 127, 128, 255))]) * length
        + content[at + length :]
    )


def _insert_token(content: bytes, chance: random.Random, other: bytes) -> bytes:
    at, token = _place(content, chance), chance.choice(TOKENS) * chance.choice((1, 1, 1, 2, 50))
    return content[:at] + token + content[at + chance.choice((0, 0, len(token))) :]


def _delete(content: bytes, chance: random.Random, other: bytes) -> bytes:
    at = _place(content, chance)
    return content[:at] + content[at + chance.choice((1, 3, 20, 200)) :]


def _repeat(content: bytes, chance: random.Random, other: bytes) -> bytes:
    at, length = _place(content, chance), chance.choice((1, 5, 60, 400))
    return (
        content[:at]
        + content[at : at + length] * chance.choice((2, 3, 40))
        + content[at + length :]
    )


def _splice(content: bytes, chance: random.Random, other: bytes) -> bytes:
    return content[: _place(content, chance)] + other[_place(other, chance) :]


def _insert_noise(content: bytes, chance: random.Random, other: bytes) -> bytes:
    at = _place(content, chance)
    return content[:at] + chance.randbytes(chance.choice((1, 4, 30))) + content[at:]


def _change_digits(content: bytes, chance: random.Random, other: bytes) -> bytes:
    places = [i for i, byte in enumerate(content) if 48 <= byte <= 57]
    if not places:
        return content
    at = chance.choice(places)
    number = chance.choice((b"0", b"-1", b"65536", b"2147483648", b"9" * 30, b"1e308", b"NaN"))
    return content[:at] + number + content[at + 1 :]


def _change_value(content: bytes, chance: random.Random, other: bytes) -> bytes:
    """Another value for an attribute of XML or HTML, or a text of JSON."""
    values = [found.span(1) for found in re.finditer(rb'"([^"<>]{0,80})"', content)]
    if not values:
        return _change_digits(content, chance, other)
    start, stop = chance.choice(values)
    return content[:start] + chance.choice(VALUES) + content[stop:]


_MUTATIONS: tuple[Callable[[bytes, random.Random, bytes], bytes], ...] = (
    _truncate,
    _flip_bits,
    _set_bytes,
    _insert_token,
    _insert_token,
    _delete,
    _repeat,
    _splice,
    _insert_noise,
    _change_digits,
    _change_value,
    _change_value,
)


def _with_spoiled_members(content: bytes, chance: random.Random) -> bytes:
    """The archive with one or two of its parts spoiled, dropped, doubled or renamed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = [(info.filename, archive.read(info)) for info in archive.infolist()]
    for _ in range(chance.choice((1, 1, 2))):
        at = chance.randrange(len(entries))
        weighty = [i for i, (name, _) in enumerate(entries) if _is_weighty(name)]
        if weighty and chance.random() < 0.8:
            at = chance.choice(weighty)
        name, part = entries[at]
        deed = chance.random()
        if deed < 0.88:
            entries[at] = name, _spoiled(part, chance, chance.choice(entries)[1])
        elif deed < 0.92 and len(entries) > 1:
            del entries[at]
        elif deed < 0.96:
            entries.append((name, chance.choice(entries)[1]))
        else:
            entries[at] = chance.choice((f"../{name}", name.upper(), f"/{name}", "x")), part
    return zipped_entries(entries, chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))


def _is_weighty(name: str) -> bool:
    return name.endswith(
        ("workbook.xml", "workbook.xml.rels", "sharedStrings.xml", "sheet1.xml", "styles.xml",
         "document.xml", "content.xml", "numbering.xml", ".csv", ".tsv")
    )  # fmt: skip


# --- reading in processes ------------------------------------------------------------------------


class _TooSlowError(BaseException):
    """Not caught by readers that turn every exception into a message."""


def population_source(path: Path) -> Source:
    """A source of contract ``population`` that leaves everything to be detected."""
    contracts = load_contracts()
    entry = SourceEntry(
        id="hostile", file=path.name, contract="population", document="paper", locator="全文"
    )
    contract = contracts.by_name["population"]
    return Source(entry, "shili", True, path, contract, contracts, frozenset({"paper"}))


def examine(content: bytes, path: Path, case: Case) -> Outcome:
    """Read one file as a build would, and say what is wrong with the way it was read."""
    path.write_bytes(content)
    outcome = Outcome(case)
    began = time.perf_counter()
    try:
        _read(path, outcome)
    except (KeyboardInterrupt, SystemExit):
        raise
    except _TooSlowError:
        outcome.complaint = f"more than {MOST_SECONDS} s\n{_where()}"
    except BaseException:
        outcome.complaint = _where()
    outcome.seconds = time.perf_counter() - began
    return outcome


def _where() -> str:
    return traceback.format_exc(limit=-12)[-3000:]


def _read(path: Path, outcome: Outcome) -> None:
    source = population_source(path)
    grids, problems = open_grids(
        path, source.file, ReadOptions(), lambda label: kind_of_column(source, label)
    )
    outcome.read = bool(grids)
    if bool(grids) == bool(problems):
        outcome.complaint = f"{len(grids)} grids and {len(problems)} problems"
        return
    for grid in grids:
        outcome.complaint = outcome.complaint or fault_of(grid)
    if grids and not outcome.complaint:
        table, problems = lay_out(grids, source)
        outcome.laid_out = table is not None
        if (table is None) != bool(problems):
            outcome.complaint = f"laid out: {table is not None}, with {len(problems)} problems"
    for problem in problems:
        for language in LANGUAGES:
            with messages_in(language):
                parts = (problem.where, problem.found, problem.expected, problem.next_step)
                str(problem).encode("utf-8")
            if not all(text.strip() for text in parts):
                outcome.complaint = f"a problem that does not teach: {problem!r}"


def fault_of(grid: Grid) -> str:
    """What a reader's grid has that none should have; empty where it is sound."""
    height, width = grid.height, grid.width
    if not height or not width:
        return "a grid without cells"
    if grid.row_numbers is not None and len(grid.row_numbers) != height:
        return f"{len(grid.row_numbers)} row numbers for {height} rows"
    for span in grid.spans:
        if not (0 <= span.top <= span.bottom < height and 0 <= span.left <= span.right < width):
            return f"{span} in a grid of {height} rows and {width} columns"
    if any(row < 0 or row >= height for row in grid.hidden_rows):
        return f"hidden rows beyond the {height} of the grid"
    notes = map(str, grid.notes)
    "".join((*grid.lead, *notes, grid.sheet or "")).encode("utf-8")
    return ""


def _serve(requests: Connection, seeds: Mapping[str, list[bytes]], folder: Path) -> None:
    """Examine the cases that come in, one after the other."""
    tempfile.tempdir = str(folder)
    examine(seeds["csv"][0], folder / "warm.bin", Case("csv"))
    base = _peak_bytes()
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0])
        bound = pages * resource.getpagesize() + ADDRESS_SPACE
        resource.setrlimit(resource.RLIMIT_AS, (bound, bound))

    def too_slow(*_: object) -> None:
        raise _TooSlowError

    signal.signal(signal.SIGPROF, too_slow)
    requests.send(None)
    while (case := requests.recv()) is not None:
        content = hand_made()[case.name]() if case.name else mutated(seeds, case)
        base = max(base, _peak_bytes()) if case.name else base
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
        outcome = examine(content, folder / "case.bin", case)
        signal.setitimer(signal.ITIMER_PROF, 0)
        used = _peak_bytes() - base
        if used > MOST_BYTES and not outcome.complaint:
            outcome.complaint = f"{used:,} bytes of memory"
        requests.send(outcome)


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@dataclass
class _Worker:
    """A process that reads, and the case that it reads now."""

    seeds: Mapping[str, list[bytes]]
    folder: Path
    case: Case | None = None
    since: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self.process = context.Process(
            target=_serve, args=(other, self.seeds, self.folder), daemon=True
        )
        self.process.start()
        other.close()
        self.connection.recv()

    def begin(self, case: Case) -> None:
        self.case, self.since = case, time.monotonic()
        self.connection.send(case)

    def finish(self) -> Outcome | None:
        """The outcome, if there is one by now."""
        assert self.case is not None
        if self.connection.poll():
            try:
                return self.connection.recv()
            except (EOFError, OSError):
                self.process.join(5)
                return Outcome(self.case, f"the process died: {self.process.exitcode}")
        if time.monotonic() - self.since > MOST_WALL_SECONDS:
            return Outcome(self.case, f"no answer within {MOST_WALL_SECONDS} s")
        return None

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.send(None)
        self.process.join(0.5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.connection.close()


def examine_all(
    cases: Iterable[Case], seeds: Mapping[str, list[bytes]], folder: Path, processes: int
) -> Iterator[Outcome]:
    """Read all cases in a few processes, each of which is replaced when a case kills it."""
    left = deque(cases)
    folders = [folder / f"worker-{number}" for number in range(min(processes, len(left)))]
    for place in folders:
        place.mkdir(parents=True, exist_ok=True)
    workers = [_Worker(seeds, place) for place in folders]
    try:
        for worker in workers:
            worker.begin(left.popleft())
        while busy := [worker for worker in workers if worker.case]:
            wait([worker.connection for worker in busy], timeout=1)
            for worker in busy:
                outcome = worker.finish()
                if outcome is None:
                    continue
                yield outcome
                worker.case = None
                if outcome.complaint:  # a process that has failed may fail again for that
                    worker.stop()
                    workers[workers.index(worker)] = worker = _Worker(seeds, worker.folder)
                if left:
                    worker.begin(left.popleft())
    finally:
        for worker in workers:
            worker.stop()


def bytes_of(case: Case, seeds: Mapping[str, list[bytes]]) -> bytes:
    """The file of a case, to keep it where a person can look at it."""
    return hand_made()[case.name]() if case.name else mutated(seeds, case)


# --- by hand -------------------------------------------------------------------------------------

HEADER = "地区,时点,常住人口\n"
BODY = "甲镇,2023-12-31,25000\n"
ZEROS = 1_000_000_000
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a0 "lol">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


PACKAGES = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument"


def _package(main: str, kind: str, parts: Mapping[str, bytes]) -> bytes:
    """A package of office programs whose main part is ``main``."""
    types = (
        f'{XML}<Types xmlns="{PACKAGES}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml"'
        f' ContentType="application/xml"/><Override PartName="/{main}" ContentType="{TYPE}.{kind}'
        '.main+xml"/></Types>'
    )
    relations = (
        f'{XML}<Relationships xmlns="{PACKAGES}/relationships"><Relationship Id="rId1"'
        f' Type="{RELATION}/officeDocument" Target="{main}"/></Relationships>'
    )
    start = {"[Content_Types].xml": types.encode(), "_rels/.rels": relations.encode()}
    return zipped({**start, **parts})


def hand_made() -> dict[str, Callable[[], bytes]]:
    """Files that somebody thought of, by name; each is made when it is needed."""
    return {
        **_hostile_texts(),
        **_hostile_markup(),
        **_hostile_archives(),
        **_hostile_workbooks(),
        **_hostile_documents(),
    }


def _hostile_texts() -> dict[str, Callable[[], bytes]]:
    table = (HEADER + BODY).encode()
    return {
        "empty file": lambda: b"",
        "one byte": lambda: b"\xff",
        "csv of line ends alone": lambda: b"\r\n" * 100_000,
        "csv of quotes alone": lambda: b'"' * 100_001,
        "csv of delimiters alone": lambda: b"," * 100_000,
        "csv with a quote that never closes": lambda: table + b'"' + BODY.encode() * 10_000,
        "csv with NUL bytes": lambda: table.replace(b",", b"\0,"),
        "csv of NUL bytes alone": lambda: b"\0" * 1_000_000,
        "csv with a cell of a million characters": lambda: table + b"x" * 1_000_000 + b",1,1\n",
        "csv of one line of 50 MB": lambda: b"a" * 50_000_000,
        "csv of one line of 50 MB in cells": lambda: b"12345," * 8_400_000,
        "csv of 100,000 columns": lambda: (
            ("常住人口," * 100_000) + "\n" + "1," * 100_000
        ).encode(),
        "csv of 100,000 short lines and a wide one": lambda: (
            table + b"1\n" * 100_000 + b"," * 100_000
        ),
        "csv with random bytes below the table": lambda: (
            table + random.Random(SEED).randbytes(100_000)  # noqa: S311 (no secret)
        ),
        "csv of old Macs": lambda: table.replace(b"\n", b"\r") * 1000,
        "csv of every character below 256": lambda: table + bytes(range(256)) * 10,
        "csv of right-to-left marks": lambda: (
            HEADER + "\u202e甲镇\u202c,\u200f,\u2066\n"
        ).encode(),
        "csv of CESU surrogates": lambda: table + b"\xed\xa0\xbd\xed\xb1\xb6,1,1\n",
        "utf-16 with half a pair": lambda: (HEADER + "甲\ud83d镇,1,1\n").encode(
            "utf-16", "surrogatepass"
        ),
        "utf-16 that ends with half a pair": lambda: (HEADER + "甲\ud83d").encode(
            "utf-16-le", "surrogatepass"
        ),
        "utf-16 of an odd length": lambda: (HEADER + BODY).encode("utf-16") + b"x",
        "utf-16 of half pairs alone": lambda: b"\xff\xfe" + b"\x3d\xd8" * 10_000,
        "utf-32": lambda: (HEADER + BODY).encode("utf-32"),
        "utf-32 beyond Unicode": lambda: b"\xff\xfe\0\0" + b"\xff\xff\xff\x7f" * 1000,
        "utf-7": lambda: b"+/v8-" + (HEADER + BODY).encode("utf-7"),
        "bars alone": lambda: b"|" * 100_000,
        "lines of bars": lambda: b"|||\n" * 50_000,
        "a table of bars with 50,000 rows": lambda: (
            "| 地区 | 时点 | 常住人口 |\n" + "| 甲镇 | 2023 | 1 |\n" * 50_000
        ).encode(),
        "a cell a line, 30,000 lines": lambda: (
            "地区\n时点\n常住人口\n" + "甲镇\n2023-12-31\n25000\n" * 10_000
        ).encode(),
        "a cell a line, with many blank cells": lambda: (
            "地区\n时点\n常住人口\n" + "甲镇\n25000\n乙镇\n2023-12-31\n" * 2_000
        ).encode(),
        "a header of 10,000 known labels": lambda: (
            ("地区\t常住人口\t" * 5_000) + "\n" + "1\t" * 10_000
        ).encode(),
        "500 headers": lambda: (HEADER + BODY).encode() * 500,
        "lists 10,000 deep": lambda: b"[" * 10_000 + b"]" * 10_000,
        "lists 10,000 deep, left open": lambda: b"[" * 10_000,
        "objects 10,000 deep": lambda: b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        "objects 400 deep in a record": lambda: (
            b'[{"x":' + b'{"a":' * 400 + b"1" + b"}" * 400 + b"}]"
        ),
        "json with a number of a million digits": lambda: b'[{"a":' + b"9" * 1_000_000 + b"}]",
        "json with half a character": lambda: b'[{"\\ud83d": "\\udc76", "a": "\\ud800"}]',
        "json of a million empty lists": lambda: b"[" + b"[]," * 1_000_000 + b"[]]",
        "json of 2,000 records of other keys": lambda: (
            b"[" + b",".join(b'{"k%d":1}' % number for number in range(2_000)) + b"]"
        ),
        "json of records of 50,000 keys": lambda: (
            b"[{" + b",".join(b'"k%d":1' % number for number in range(50_000)) + b"}]"
        ),
        "json with NaN and infinity": lambda: b'[{"a": NaN, "b": -Infinity, "c": 1e99999}]',
        "json that is a text": lambda: b'{"a": "b"}',
        "geojson of features that are none": lambda: (
            b'{"type": "FeatureCollection", "features": [1, null, [], {"properties": 5}]}'
        ),
        "geojson with coordinates of every kind": lambda: _json(
            {
                "type": "FeatureCollection",
                "features": [
                    {"type": "Feature", "properties": {"a": 1}, "geometry": geometry}
                    for geometry in (
                        {"type": "Point", "coordinates": [[1]]},
                        {"type": "Point", "coordinates": [None, {}, "x", 4, 5]},
                        {"type": [], "coordinates": {}},
                        {"type": None},
                    )
                ],
            }
        ),
    }


def _hostile_markup() -> dict[str, Callable[[], bytes]]:
    head = "<tr><td>地区</td><td>时点</td><td>常住人口</td></tr>"
    row = "<tr><td>甲镇</td><td>2023-12-31</td><td>25000</td></tr>"

    def page(rows: str) -> Callable[[], bytes]:
        return lambda: f"<html><body><table>{rows}</table></body></html>".encode()

    def xml_spreadsheet(rows: str, kind: str = "") -> Callable[[], bytes]:
        name = "urn:schemas-microsoft-com:office:spreadsheet"
        return lambda: (
            f'{XML}{kind}<Workbook xmlns="{name}" xmlns:ss="{name}"><Worksheet ss:Name="S"><Table>'
            f"{rows}</Table></Worksheet></Workbook>"
        ).encode()

    data = "<Data ss:Type='String'>地区</Data>"
    wide = "<td colspan=1000000000 rowspan=1000000000>x</td>"
    return {
        "xml spreadsheet of billion laughs": xml_spreadsheet(
            "<Row><Cell><Data ss:Type='String'>&a11;</Data></Cell></Row>", LAUGHS
        ),
        "xml spreadsheet with a cell at XFD1048576": xml_spreadsheet(
            f"<Row ss:Index='1048576'><Cell ss:Index='16384'>{data}</Cell></Row>"
        ),
        "xml spreadsheet of rows 1,000,000 long": xml_spreadsheet(
            "<Row ss:Span='1000000' ss:Hidden='1'/>" * 1_000
        ),
        "xml spreadsheet merged over everything": xml_spreadsheet(
            f"<Row><Cell ss:MergeAcross='16383' ss:MergeDown='1048575'>{data}</Cell></Row>" * 10
        ),
        "xml spreadsheet of elements 100,000 deep": xml_spreadsheet("<Row><Cell>" * 100_000),
        "tables 10,000 deep": lambda: (
            "<table><tr><td>地区" * 10_000 + "</td></tr></table>" * 10_000
        ).encode(),
        "tables 10,000 deep, left open": lambda: "<table><tr><td>地区".encode() * 10_000,
        "elements 100,000 deep": lambda: b"<table>" + b"<div>" * 100_000,
        "colspan of 1e9": page(head + "<tr><td colspan=1000000000>甲镇</td></tr>" + row),
        "rowspan of 1e9": page(head + "<tr><td rowspan=1000000000>甲镇</td><td>1</td></tr>" + row),
        "merged over everything": page(head + f"<tr>{wide}</tr>" * 50),
        "cells that overlap": page(
            head + "<tr><td rowspan=3 colspan=2>a</td><td rowspan=2>b</td></tr><tr>"
            "<td colspan=3 rowspan=2>c</td></tr>" + row
        ),
        "negative spans": page(head + "<tr><td colspan=-1 rowspan=-5>甲镇</td></tr>" + row),
        "100,000 cells in a row": page(head + "<tr>" + "<td>1</td>" * 100_000 + "</tr>"),
        "300,000 rows without cells": page(head + "<tr>" * 300_000),
        "html with NUL and entities": page(
            head + "<tr><td>\0&#0;</td><td>&#xD800;</td><td>&#1114112;&nbsp;&bogus;</td></tr>"
        ),
        "html with a document type": lambda: (
            LAUGHS + f"<html><table>{head}<tr><td>&a11;</td></tr></table></html>"
        ).encode(),
        "html with an attribute of 5 MB": page(
            head + f'<tr><td title="{"x" * 5_000_000}">1</td></tr>'
        ),
        "html of end tags": lambda: b"<table>" + b"</td></tr></table></p>" * 50_000,
        "html within comments": page(head + "<!--" * 10_000 + row),
        "html of nested hidden rows": page(head + '<tr style="display:none"><td><table>' * 1_000),
    }


def _hostile_archives() -> dict[str, Callable[[], bytes]]:
    table = (HEADER + BODY).encode()

    def nested(depth: int) -> bytes:
        content = table
        for level in range(depth):
            content = zipped({f"{level}.zip" if level else "a.csv": content})
        return content

    def flagged(bit: int) -> bytes:
        content = bytearray(zipped({"a.csv": table}))
        content[6] |= bit
        content[content.index(b"PK\x01\x02") + 8] |= bit
        return bytes(content)

    return {
        "zip bomb": lambda: zipped({"a.csv": b"0" * ZEROS}),
        "gzip bomb": _gzip_bomb,
        "gzip in gzip in gzip in gzip": lambda: _gzipped(table, 4),
        "gzip of 60,000 streams": lambda: gzip.compress(b"", mtime=0) * 60_000,
        "gzip with a tail of rubbish": lambda: gzip.compress(table, mtime=0) + b"rubbish" * 100,
        "gzip without its end": lambda: gzip.compress(table * 1000, mtime=0)[:-9],
        "gzip header alone": lambda: b"\x1f\x8b\x08\x1f" + b"\xff" * 40,
        "zip in zip in zip": lambda: nested(3),
        "zip in zip in zip in zip in zip": lambda: nested(5),
        "member names that leave the folder": lambda: zipped({"../../../../tmp/a.csv": table}),
        "member names with every separator": lambda: zipped({"C:\\..\\x/../\n\0a.csv": table}),
        "member name of 60,000 characters": lambda: zipped({"x" * 60_000: table}),
        "member names that repeat": lambda: zipped_entries(
            [("a.csv", table), ("a.csv", table * 2)]
        ),
        "zip with a password": lambda: flagged(0x1),
        "zip with strong encryption": lambda: flagged(0x41),
        "zip with patched data": lambda: flagged(0x20),
        "zip of lzma": lambda: zipped({"a.csv": table}, zipfile.ZIP_LZMA),
        "zip of bzip2": lambda: zipped({"a.csv": b"0" * 10_000_000}, zipfile.ZIP_BZIP2),
        "zip without files": lambda: zipped({}),
        "zip of a folder alone": lambda: zipped({"a/": b""}),
        "zip of 30,000 files": lambda: zipped({f"{number}.csv": b"" for number in range(30_000)}),
        "zip with a false size": lambda: _with_false_sizes(zipped({"a.csv": table * 100})),
        "zip whose list is cut": lambda: zipped({"a.csv": table})[:-30],
        "zip with another archive before it": lambda: (
            b"PK\x03\x04" + b"\0" * 40 + zipped({"a": table})
        ),
        "rar": lambda: b"Rar!\x1a\x07\x01\0" + table,
        "7z": lambda: b"7z\xbc\xaf\x27\x1c" + table,
    }


def _gzip_bomb() -> bytes:
    sink = io.BytesIO()
    with gzip.GzipFile(fileobj=sink, mode="wb", mtime=0) as packed:
        for _ in range(ZEROS // 10_000_000):
            packed.write(bytes(10_000_000))
    return sink.getvalue()


def _gzipped(content: bytes, depth: int) -> bytes:
    for _ in range(depth):
        content = gzip.compress(content, mtime=0)
    return content


def _with_false_sizes(content: bytes) -> bytes:
    """The archive, whose list of contents and local header claim other sizes."""
    spoiled = bytearray(content)
    listed = content.index(b"PK\x01\x02")
    spoiled[listed + 24 : listed + 28] = b"\xff\xff\xff\x7f"
    spoiled[22:26] = b"\x05\0\0\0"
    return bytes(spoiled)


def _workbook(sheet: str, *, workbook: str = "", shared: str = "", more: str = "") -> bytes:
    """A workbook of one sheet, whose XML is given."""
    relations = (
        f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATION}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{RELATION}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>"
    )
    listed = workbook or (
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    strings = shared or f'{XML}<sst xmlns="{MAIN}"><si><t>地区</t></si><si><t>时点</t></si></sst>'
    return _package(
        "xl/workbook.xml",
        "spreadsheetml.sheet",
        {
            "xl/_rels/workbook.xml.rels": relations.encode(),
            "xl/workbook.xml": listed.encode(),
            "xl/sharedStrings.xml": strings.encode("utf-8", "surrogatepass"),
            # surrogates pass, as damaged bytes
            "xl/worksheets/sheet1.xml": (
                sheet if sheet.startswith("<?xml") else
                f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData>{more}</worksheet>'
            ).encode("utf-8", "surrogatepass"),
        }
    )  # fmt: skip


def _hostile_workbooks() -> dict[str, Callable[[], bytes]]:
    head = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
        '<c r="C1" t="inlineStr"><is><t>常住人口</t></is></c></row>'
    )
    corner = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    def cell(attributes: str, value: str = "<v>1</v>") -> Callable[[], bytes]:
        return lambda: _workbook(f'{head}<row r="2"><c {attributes}>{value}</c></row>')

    def merged(*references: str) -> Callable[[], bytes]:
        ranges = "".join(f'<mergeCell ref="{reference}"/>' for reference in references)
        return lambda: _workbook(head, more=f"<mergeCells>{ranges}</mergeCells>")

    return {
        "xlsx of one row": lambda: _workbook(head),
        "xlsx without cells": lambda: _workbook(""),
        "xlsx with a cell at XFD1048576": lambda: _workbook(head + corner),
        "xlsx beyond the last row": cell('r="A99999999"'),
        "xlsx beyond the last column": cell('r="ZZZZZZ2"'),
        "xlsx with a cell at A0": cell('r="A0"'),
        "xlsx with a cell at nothing": cell('r=""'),
        "xlsx with a text that is not there": cell('r="A2" t="s"', "<v>99999</v>"),
        "xlsx with a text of number -1": cell('r="A2" t="s"', "<v>-1</v>"),
        "xlsx with a text of number 2^64": cell('r="A2" t="s"', "<v>18446744073709551616</v>"),
        "xlsx with a cell of no type": cell('r="A2" t="zz"'),
        "xlsx with a number that is none": cell('r="A2" t="n"', "<v>one</v>"),
        "xlsx with a number too large": cell('r="A2"', "<v>1e999</v>"),
        "xlsx with a date that is none": cell('r="A2" t="d"', "<v>2023-99-99</v>"),
        "xlsx with a style that is not there": cell('r="A2" s="99999"'),
        "xlsx with a formula of 1 MB": cell('r="A2"', f"<f>{'1+' * 500_000}1</f>"),
        "xlsx with an escaped surrogate": cell(
            'r="A2" t="inlineStr"', "<is><t>_xD83D_甲_x0000_</t></is>"
        ),
        "xlsx with rows in no order": lambda: _workbook(
            '<row r="9"><c r="A9"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>' + head
        ),
        "xlsx with rows without numbers": lambda: _workbook("<row><c><v>1</v></c></row>" * 1_000),
        "xlsx merged backwards": merged("C3:A1", "B2", "A1:XFD1048576", "", "A0:B0", "ZZZZ1:A1"),
        "xlsx merged 100,000 times": merged(*["A1:C1"] * 100_000),
        "xlsx with shared strings of 100 MB": lambda: _workbook(
            head, shared=f'{XML}<sst xmlns="{MAIN}"><si><t>{"x" * 100_000_000}</t></si></sst>'
        ),
        "xlsx of billion laughs": lambda: _workbook(
            f'{XML}{LAUGHS}<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr">'
            "<is><t>&a11;</t></is></c></row></sheetData></worksheet>"
        ),
        "xlsx of billion laughs in its texts": lambda: _workbook(
            head, shared=f'{XML}{LAUGHS}<sst xmlns="{MAIN}"><si><t>&a11;</t></si></sst>'
        ),
        "xlsx with an outer entity": lambda: _workbook(
            head,
            workbook=f'{XML}<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
            f'<workbook xmlns="{MAIN}"><sheets>&e;</sheets></workbook>',
        ),
        "xlsx of elements 100,000 deep": lambda: _workbook("<row>" * 100_000),
        "xlsx that lists one sheet 2,000 times": lambda: _workbook(
            head + '<row r="2"><c r="A2"><v>1</v></c></row>' * 1_000,
            workbook=f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>'
            + "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId1"/>' for n in range(2_000))
            + "</sheets></workbook>",
        ),
        "xlsx that lists a sheet with a far cell 60 times": lambda: _workbook(
            head + '<row r="700000"><c r="T700000"><v>1</v></c></row>',
            workbook=f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>'
            + "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId1"/>' for n in range(60))
            + "</sheets></workbook>",
        ),
        "xlsx with a cell at T900000": cell('r="T900000"'),
        "xlsx with a row and a cell at T700000": lambda: _workbook(
            head + '<row r="700000"><c r="T700000"><v>1</v></c></row>'
        ),
        "xlsx whose sheet is its workbook": lambda: _workbook(
            head,
            workbook=f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="rId2"/><sheet name="" sheetId="2" r:id="rId1"/>'
            "</sheets></workbook>",
        ),
        "xlsx in utf-16": lambda: _workbook(
            f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{head}</sheetData></worksheet>'
        ).replace(b"UTF-8", b"UTF16"),
        "xlsx bomb": lambda: _workbook(head + " " * 200_000_000),
        "xls header alone": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "xls header and zeros": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100_000),
        "xls header and ones": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 100_000,
    }


def _hostile_documents() -> dict[str, Callable[[], bytes]]:
    def docx(body: str, kind: str = "") -> Callable[[], bytes]:
        text = f'{XML}{kind}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
        return lambda: _package(
            "word/document.xml", "wordprocessingml.document", {"word/document.xml": text.encode()}
        )

    def ods(body: str, kind: str = "") -> Callable[[], bytes]:
        names = " ".join(
            f'xmlns:{name}="{OFFICE}:{name}:1.0"' for name in ("office", "table", "text")
        )
        text = (
            f"{XML}{kind}<office:document-content {names}><office:body><office:spreadsheet>"
            f"{body}</office:spreadsheet></office:body></office:document-content>"
        )
        kind_of = b"application/vnd.oasis.opendocument.spreadsheet"
        return lambda: zipped({"mimetype": kind_of, "content.xml": text.encode()})

    def word_cell(text: str, merge: str = "") -> str:
        return f"<w:tc><w:tcPr>{merge}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    def sheet_cell(text: str, attributes: str = "") -> str:
        return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"

    word_row = f"<w:tr>{word_cell('地区')}{word_cell('时点')}{word_cell('常住人口')}</w:tr>"
    ods_row = (
        f"<table:table-row>{sheet_cell('地区')}{sheet_cell('时点')}{sheet_cell('常住人口')}"
        "</table:table-row>"
    )
    repeated = 'table:number-columns-repeated="16384"'
    rows_repeated = 'table:number-rows-repeated="1048576"'
    span = '<w:gridSpan w:val="1000000000"/>'
    return {
        "docx of billion laughs": docx(f"<w:tbl><w:tr>{word_cell('&a11;')}</w:tr></w:tbl>", LAUGHS),
        "docx of tables 3,000 deep": docx(
            "<w:tbl><w:tr><w:tc>" * 3_000 + "</w:tc></w:tr></w:tbl>" * 3_000
        ),
        "docx of elements 100,000 deep": docx("<w:p>" * 100_000 + "</w:p>" * 100_000),
        "docx with gridSpan of 1e9": docx(
            f"<w:tbl>{word_row}<w:tr>{word_cell('x', span)}</w:tr></w:tbl>"
        ),
        "docx with a merge of nothing": docx(
            f"<w:tbl><w:tr>{word_cell('x', '<w:vMerge/>')}</w:tr>{word_row}</w:tbl>"
        ),
        "docx with grid values that are none": docx(
            f"<w:tbl>{word_row}<w:tr><w:trPr><w:gridBefore w:val='-1'/></w:trPr>"
            f"{word_cell('x', '<w:gridSpan w:val=' + chr(34) + 'x' + chr(34) + '/>')}</w:tr></w:tbl>"
        ),
        "docx without a body": lambda: zipped({"word/document.xml": b"<a/>"}),
        "docx that is no XML": lambda: zipped({"word/document.xml": b"\0\xff" * 100}),
        "docx of 100,000 empty rows": docx(f"<w:tbl>{word_row}{'<w:tr/>' * 100_000}</w:tbl>"),
        "ods of billion laughs": ods(
            f"<table:table><table:table-row>{sheet_cell('&a11;')}</table:table-row></table:table>",
            LAUGHS,
        ),
        "ods with a cell repeated over the sheet": ods(
            f'<table:table table:name="S">{ods_row}<table:table-row {rows_repeated}>'
            f"{sheet_cell('1', repeated)}</table:table-row></table:table>"
        ),
        "ods with a blank sheet after the table": ods(
            f'<table:table table:name="S">{ods_row}<table:table-row {rows_repeated}>'
            f"<table:table-cell {repeated}/></table:table-row>{ods_row}</table:table>"
        ),
        "ods with counts that are none": ods(
            '<table:table table:name="S"><table:table-row table:number-rows-repeated="-3">'
            + sheet_cell("1", 'table:number-columns-repeated="x"')
            + f"</table:table-row>{ods_row}</table:table>"
        ),
        "ods with spans of 1e9": ods(
            '<table:table table:name="S"><table:table-row>'
            + sheet_cell(
                "1",
                'table:number-columns-spanned="1000000000" table:number-rows-spanned="1000000000"',
            )
            + f"</table:table-row>{ods_row}</table:table>"
        ),
        "ods with blanks counted by the billion": ods(
            f'<table:table table:name="S">{ods_row}<table:table-row>'
            + sheet_cell('<text:s text:c="1000000000"/>1')
            + "</table:table-row></table:table>"
        ),
        "ods of tables 10,000 deep": ods("<table:table>" * 10_000 + "</table:table>" * 10_000),
        "ods without a body": lambda: zipped({"content.xml": b"<a/>"}),
        "pdf header alone": lambda: b"%PDF-1.7",
        "pdf with a broken xref": lambda: _pdf(
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"999999"
        ),
        "pdf whose pages are their own parents": lambda: _pdf(
            b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>", b"0"
        ),
        "pdf with a million pages": lambda: _pdf(
            b"<< /Type /Pages /Kids [" + b"3 0 R " * 20_000 + b"] /Count 1000000 >>", b"0"
        ),
        "pdf of open lists": lambda: b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"\nendobj\n%%EOF",
    }


def _pdf(pages: bytes, start: bytes) -> bytes:
    """A PDF of one blank page; ``pages`` is its list of pages, ``start`` where its index begins."""
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n" + pages
        + b"\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9e9 -1] >>\nendobj\n"
        b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n"
        b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n" + start + b"\n%%EOF\n"
    )  # fmt: skip
