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
from pipeline.core.messages import Message, Text

SOURCES_FILE = "sources.yml"
MOST_BYTES = 2_000_000  # of a YAML file; ten thousand entries
LONGEST_VALUE = 300  # characters of a value that a message shows
DEEPEST = 20  # a sources.yml has five levels


# What pydantic asks for, by the kind of its finding; kinds with a limit are in _expected.
EXPECTED = {
    "string_type": Message("value.text"),
    "string_too_short": Message("value.not_empty"),
    "bool_type": Message("value.flag"),
    "bool_parsing": Message("value.flag"),
    "int_type": Message("value.integer"),
    "int_parsing": Message("value.integer"),
    "int_from_float": Message("value.integer"),
    "list_type": Message("value.list"),
    "too_short": Message("value.list"),
    "dict_type": Message("value.keys"),
    "model_type": Message("value.keys"),
    "model_attributes_type": Message("value.keys"),
    "date_type": Message("value.date"),
    "date_parsing": Message("value.date"),
    "date_from_datetime_parsing": Message("value.date"),
}


def _as_text(value: Any) -> Any:
    """Dates, numbers and booleans of YAML as the text that stands for them in a cell."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | dt.date):
        return str(value)
    return value


def _as_list(value: Any) -> Any:
    """One value as the list that it stands for."""
    return value if isinstance(value, list | dict) or value is None else [value]


Filled = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]
OneOrSeveral = Annotated[list[Filled], BeforeValidator(_as_list), Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]


class Strict(BaseModel):
    """What a file of a dossier may say; any other key is a mistake of its writer."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Shape = TypeVar("Shape", bound=Strict)


class Title(Strict):
    """Name of a dossier in both languages."""

    zh: Filled
    en: Filled


class Document(Strict):
    """Who said it. ``issuer`` and ``fetched_from`` are two facts, because re-posts are common.

    None in an optional field means that it is not known.
    """

    id: Identifier
    title: Filled
    document_number: Filled | None = None
    issuer: Filled
    issued: Filled | None = None
    fetched_from: Filled | None = None
    grade: Literal["A", "B", "C"]
    note: Filled | None = None


class ReadOptions(Strict):
    """What a reader would otherwise detect, or must not guess.

    None in a field means that it is detected.
    """

    member: Filled | None = None  # file inside a zip archive
    sheet: Filled | None = None
    table: Annotated[int, Field(ge=1)] | None = None  # counted from 1 among the tables that fit
    header_rows: Annotated[int, Field(ge=1, le=10)] | None = None
    encoding: Filled | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    decimal: Literal[".", ","] = "."
    date_order: Literal["ymd", "dmy", "mdy"] = "ymd"  # of dates that begin with no year
    date_system: Literal[1900, 1904] | None = None  # of serial numbers in place of dates
    calendar: Literal["gregorian", "roc"] = "gregorian"  # of years without an era
    fill_down: list[str] = []  # labels of columns whose blanks repeat the cell above
    sections: Filled | None = None  # column that rows spanning the table stand for
    units: dict[str, Filled] = {}  # unit of a column that the file itself does not state


class Unpivot(Strict):
    """Columns of years or categories that become rows.

    The labels of ``columns`` become values of ``names_to``, their cells values of ``values_to``.
    Several ``names_to`` are the levels of a header of several rows, from top to bottom; then
    ``columns`` may name a level, 2026年, for all columns under it.
    """

    columns: Annotated[list[Filled], Field(min_length=1)]
    names_to: OneOrSeveral
    values_to: Filled


class SourceEntry(Strict):
    """One table to read, as written in ``sources.yml``."""

    id: Identifier
    file: Filled
    contract: Filled | None = None  # the labels of the file tell, where they fit one contract alone
    document: Filled | None = None
    locator: Filled | None = None
    read: ReadOptions = ReadOptions()
    columns: dict[str, str] = {}
    ignore: Literal["rest"] | None = None  # columns that neither contract nor ``columns`` know
    where: dict[str, OneOrSeveral] = {}  # label of the file: values of the rows that are meant
    constants: dict[str, Filled] = {}
    terms: dict[str, Filled] = {}  # words of the file for codes of closed lists
    unpivot: Unpivot | None = None
    as_of: Filled | None = None  # day that the whole file is about
    complete_for: list[Filled] = []  # regions of which all parts are listed


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
    message = Message("file.other_name", found=parsed.dossier, expected=path.parent.name)
    return None, [Problem(where, message)]


def parse_yaml(path: Path, where: str, shape: type[Shape]) -> tuple[Shape | None, list[Problem]]:
    """Read one YAML file of a dossier.

    Args:
        path: The file.
        where: How messages call it.
        shape: What it may say.

    Returns:
        Its content, or None together with everything that is wrong with its form.
    """
    if (size := path.stat().st_size) > MOST_BYTES:
        return None, [Problem(where, Message("file.too_large", size=size, most=MOST_BYTES))]
    try:
        text = path.read_text(encoding="utf-8")
        _require_plain_form(text)
        content = YAML(typ="rt").load(text)
        plain = YAML(typ="safe", pure=True).load(text)
    except UnicodeDecodeError as error:
        return None, [Problem(where, Message("file.not_utf_8", reason=error.reason))]
    except NotPlainError as error:
        return None, [Problem(_line(where, error.line), error.message)]
    except (YAMLError, ValueError) as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        found = getattr(error, "problem", None) or str(error).splitlines()[0]
        message = Message("file.no_yaml", found=str(found))
        return None, [Problem(_line(where, mark.line + 1 if mark else None), message)]
    try:
        return shape.model_validate(plain), []
    except ValidationError as error:
        return None, [_explain(detail, content, where) for detail in error.errors()]


class NotPlainError(Exception):
    """YAML that would take a parser or a message more memory than the file has characters."""

    def __init__(self, message: Message, line: int) -> None:
        """Keep the message and the line, counted from 1."""
        super().__init__(message, line)
        self.message, self.line = message, line


def _require_plain_form(text: str) -> None:
    """Refuse what would take a parser or a message more memory than the file has characters.

    Raises:
        NotPlainError: An alias, which a few lines can multiply to billions of values, or values
            nested deeper than any file of a dossier needs.
    """
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent):
            raise NotPlainError(Message("file.alias", anchor=event.anchor), line)
        depth += isinstance(event, CollectionStartEvent)
        depth -= isinstance(event, CollectionEndEvent)
        if depth > DEEPEST:
            raise NotPlainError(Message("file.nested", deepest=DEEPEST), line)


def _line(where: str, line: int | None) -> Text:
    return Message("place.line", file=where, line=line) if line else where


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
    key_path: Text = ".".join(map(str, detail["loc"])) or Message("file.whole")
    place = _line(where, line)
    if detail["type"] == "missing":
        return Problem(place, Message("file.key_missing", key=key_path))
    if detail["type"] == "extra_forbidden":
        return Problem(place, Message("file.key_unknown", key=key_path))
    value = repr(detail["input"])[:LONGEST_VALUE]
    expected = _expected(detail["type"], detail.get("ctx", {}), detail["msg"])
    message = Message("file.wrong_value", key=key_path, value=value, expected=expected)
    return Problem(place, message)


def _expected(kind: str, limits: dict[str, Any], words: str) -> Message:
    """What pydantic asks for; in its own words where a finding is of a rare kind."""
    match kind:
        case "string_too_long":
            return Message("value.text_of_length", most=limits["max_length"])
        case "string_pattern_mismatch":
            return Message("value.pattern", pattern=limits["pattern"])
        case "literal_error":
            return Message("value.one_of", known=limits["expected"])
        case "greater_than_equal":
            return Message("value.at_least", least=limits["ge"])
        case "less_than_equal":
            return Message("value.at_most", most=limits["le"])
        case _:
            return EXPECTED.get(kind, Message("value.other", words=words))
