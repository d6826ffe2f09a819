"""The shape of a ``sources.yml``, and how one is read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent

from pipeline.core.errors import Problem

SOURCES_FILE = "sources.yml"
MOST_BYTES = 2_000_000  # of a YAML file; ten thousand entries
DEEPEST = 20  # a sources.yml has five levels


def _as_text(value: Any) -> Any:
    """Dates, numbers and booleans of YAML as the text that stands for them in a cell."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | dt.date):
        return str(value)
    return value


Text = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]


class Strict(BaseModel):
    """What a file of a dossier may say; any other key is a mistake of its writer."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Shape = TypeVar("Shape", bound=Strict)


class Title(Strict):
    """Name of a dossier in both languages."""

    zh: Text
    en: Text


class Document(Strict):
    """Who said it. ``issuer`` and ``fetched_from`` are two facts, because re-posts are common.

    None in an optional field means that it is not known.
    """

    id: Identifier
    title: Text
    document_number: Text | None = None
    issuer: Text
    issued: Text | None = None
    fetched_from: Text | None = None
    grade: Literal["A", "B", "C"]
    note: Text | None = None


class ReadOptions(Strict):
    """What a reader would otherwise detect, or must not guess.

    None in a field means that it is detected.
    """

    member: Text | None = None  # file inside a zip archive
    sheet: Text | None = None
    table: Annotated[int, Field(ge=1)] | None = None  # counted from 1 among the tables that fit
    header_rows: Annotated[int, Field(ge=1, le=10)] | None = None
    encoding: Text | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Literal[".", ","] = "."
    date_order: Literal["ymd", "dmy", "mdy"] = "ymd"  # of dates that begin with no year
    date_system: Literal[1900, 1904] | None = None  # of serial numbers in place of dates
    calendar: Literal["gregorian", "roc"] = "gregorian"  # of years without an era
    fill_down: list[str] = []  # labels of columns whose blanks repeat the cell above
    sections: Text | None = None  # column that rows spanning the table stand for
    units: dict[str, Text] = {}  # unit of a column that the file itself does not state


class Unpivot(Strict):
    """Columns of years or categories that become rows.

    The labels of ``columns`` become values of ``names_to``, their cells values of ``values_to``.
    """

    columns: Annotated[list[Text], Field(min_length=1)]
    names_to: Text
    values_to: Text


class SourceEntry(Strict):
    """One table to read, as written in ``sources.yml``."""

    id: Identifier
    file: Text
    contract: Text | None = None  # the labels of the file tell, where they fit one contract alone
    document: Text | None = None
    locator: Text | None = None
    read: ReadOptions = ReadOptions()
    columns: dict[str, str] = {}
    constants: dict[str, Text] = {}
    terms: dict[str, Text] = {}  # words of the file for codes of closed lists
    unpivot: Unpivot | None = None
    as_of: Text | None = None  # day that the whole file is about
    complete_for: list[Text] = []  # regions of which a roster lists every facility, or change


class DossierFile(Strict):
    """Everything that one ``sources.yml`` may say."""

    dossier: Identifier
    title: Title
    fictional: bool
    documents: list[Document] = []
    sources: list[SourceEntry] = []


def parse_dossier_file(path: Path, where: str) -> tuple[DossierFile | None, list[Problem]]:
    """Read one ``sources.yml``.

    Args:
        path: The file, in the folder that bears the dossier's id.
        where: How messages call the file.

    Returns:
        Its content, or None together with everything that is wrong with its form.
    """
    parsed, problems = parse_yaml(path, where, DossierFile)
    if parsed is None or parsed.dossier == path.parent.name:
        return parsed, problems
    return None, [
        Problem(
            where,
            f"dossier: {parsed.dossier}",
            f"dossier: {path.parent.name}",
            "give the dossier the name of its folder",
        )
    ]


def parse_yaml(path: Path, where: str, shape: type[Shape]) -> tuple[Shape | None, list[Problem]]:
    """Read one YAML file of a dossier.

    Args:
        path: The file.
        where: How messages call it.
        shape: What it may say.

    Returns:
        Its content, or None together with everything that is wrong with its form.
    """
    if path.stat().st_size > MOST_BYTES:
        return None, [
            Problem(
                where,
                f"{path.stat().st_size} bytes",
                f"at most {MOST_BYTES} bytes",
                "move some of its entries to a dossier of their own",
            )
        ]
    try:
        text = path.read_text(encoding="utf-8")
        _require_plain_form(text)
        content = YAML(typ="rt").load(text)
        plain = YAML(typ="safe", pure=True).load(text)
    except UnicodeDecodeError as error:
        return None, [
            Problem(
                where,
                f"bytes that are not UTF-8 ({error.reason})",
                "UTF-8 text",
                "save the file as UTF-8",
            )
        ]
    except (YAMLError, ValueError) as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = f", line {mark.line + 1}" if mark else ""
        found = getattr(error, "problem", None) or str(error).splitlines()[0]
        return None, [
            Problem(
                where + line,
                str(found),
                "well-formed YAML, every key once",
                "mend that line; indentation is two spaces",
            )
        ]
    try:
        return shape.model_validate(plain), []
    except ValidationError as error:
        return None, [_explain(detail, content, where) for detail in error.errors()]


def _require_plain_form(text: str) -> None:
    """Refuse what would take a parser or a message more memory than the file has characters.

    Raises:
        MarkedYAMLError: An alias, which a few lines can multiply to billions of values, or values
            nested deeper than any file of a dossier needs.
    """
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, AliasEvent):
            found = f"alias *{event.anchor}, where the value itself is expected"
            raise MarkedYAMLError(problem=found, problem_mark=event.start_mark)
        depth += isinstance(event, CollectionStartEvent)
        depth -= isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            found = f"values nested more than {DEEPEST} deep"
            raise MarkedYAMLError(problem=found, problem_mark=event.start_mark)


def _explain(detail: Any, content: Any, where: str) -> Problem:
    """Turn one finding of pydantic into a problem with line, key and value."""
    node, line = content, None
    for key in detail["loc"]:
        try:
            position = node.lc.data[key][0] if hasattr(node, "lc") else None
            node = node[key]
        except (KeyError, IndexError, TypeError):
            break
        line = position + 1 if position is not None else line
    key_path = ".".join(str(key) for key in detail["loc"]) or "the file"
    place = f"{where}, line {line}" if line else where
    if detail["type"] == "missing":
        return Problem(place, f"no {key_path}", f"a value for {key_path}", f"add {key_path}")
    if detail["type"] == "extra_forbidden":
        return Problem(
            place,
            f"unknown key {key_path}",
            "a key that the README lists",
            "correct or remove the key",
        )
    return Problem(
        place, f"{key_path}: {detail['input']!r}"[:300], detail["msg"], f"correct {key_path}"
    )
