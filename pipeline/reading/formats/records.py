"""Records of JSON, JSON lines and GeoJSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import pyarrow as pa

from pipeline.core.messages import Message
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.grid import Cell, Grid, cells_from_rows

MOST_CHARACTERS = 12_000_000  # `[[1],[1],…` takes 35 bytes of memory for each of them
MOST_CELLS = 5_000_000
LEAD_LENGTH = 5
AXES = ("longitude", "latitude", "altitude")  # order of a position in GeoJSON (RFC 7946)
NOT_BLANK = re.compile(r"\S")


def read_records(text: str, options: ReadOptions) -> list[Grid]:
    """Read the tables of a JSON file.

    Args:
        text: A list of objects, at any depth of an object; lists by column; a list of lists whose
            first one is the header; one object a line; or a GeoJSON FeatureCollection.
        options: Not used; all readers are called alike.

    Returns:
        One grid a list of records, in the order of the file. ``sheet`` is the path to the list,
            for example ``data.rows``, and None for the whole file. Row 1 holds the keys in the
            order in which they first appear; keys of objects inside a record are joined by ``.``,
            plain values of a list by ``;``. Numbers are the characters of the file. null and a
            missing key are both None. ``lead`` holds the plain values beside the list.

    Raises:
        UnreadableFileError: Not JSON, a key twice in one object, no table, or too large.
    """
    if len(text) > MOST_CHARACTERS:
        _refuse(Message("text.too_long", size=len(text), most=MOST_CHARACTERS))
    search = _Search()
    try:
        search.visit(_parse(text.removeprefix("\ufeff")), _Place())
    except json.JSONDecodeError as error:
        _refuse(Message("json.faulty", line=error.lineno, column=error.colno, what=error.msg))
    except RecursionError:
        _refuse(Message("json.too_deep"))
    except UnicodeEncodeError as error:  # "\ud83d" alone: no character, so it fits in no table
        _refuse(Message("json.half_character", half=ascii(error.object[error.start])))
    notes = [Message("note.no_table", name=name) for name in search.left_out]
    grids = [grid for grid in search.grids if any(map(_holds_text, grid.cells.columns))]
    if not grids:
        _refuse(Message("json.no_records", found=[Message("json.no_list"), *notes]))
    return [replace(grid, notes=(*grid.notes, *notes)) for grid in grids]


def _holds_text(column: pa.ChunkedArray) -> bool:
    return bool(column.null_count < len(column))


def _refuse(message: Message) -> NoReturn:
    raise UnreadableFileError(message) from None


def _parse(text: str) -> Any:
    # numbers stay the characters of the file: 1904.0, 2.11E+08, codes of 20 digits
    decoder = json.JSONDecoder(
        parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_as_object
    )
    values: list[Any] = []
    position = 0
    while start := NOT_BLANK.search(text, position):
        value, position = decoder.raw_decode(text, start.start())
        values.append(value)
    return values[0] if len(values) == 1 else values  # several are JSON lines


def _as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        stated = [repr(value)[:40] for key, value in pairs if key == twice]
        _refuse(Message("json.key_twice", key=twice, values=stated))
    return found


@dataclass(frozen=True)
class _Place:
    path: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()


@dataclass
class _Search:
    """The tables found so far, and the lists that are none."""

    grids: list[Grid] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def visit(self, value: Any, place: _Place) -> None:
        """Walk down until a list or an object is a table; what is inside a table is its own."""
        if isinstance(value, dict):
            self._visit_object(value, place)
        elif isinstance(value, list) and value:
            if all(isinstance(item, dict) for item in value) and any(value):
                self.grids.append(_grid_of_records(value, place))
            elif all(map(_is_row, value)) and any(map(any, value)):
                rows = [[_as_text(cell) for cell in row] for row in value]
                self.grids.append(_make_grid(rows, place))
            else:
                self.left_out.append(f"{'.'.join(place.path) or 'itself'} ({len(value)} values)")

    def _visit_object(self, value: Mapping[str, Any], place: _Place) -> None:
        plain = [(key, _as_text(item)) for key, item in value.items() if _is_scalar(item)]
        place = replace(
            place, lead=(*place.lead, *(f"{key}：{text}" for key, text in plain if text))
        )
        if value.get("type") == "FeatureCollection" and isinstance(value.get("features"), list):
            self.grids.append(_grid_of_features(value["features"], place))
            return
        lists = {key: item for key, item in value.items() if item and not _is_scalar(item)}
        columns = {key: item for key, item in lists.items() if _is_row(item)}
        if columns and len(columns) == len(lists) and (len(columns) > 1 or not plain):
            if len({len(item) for item in columns.values()}) == 1:
                rows = [list(map(_as_text, row)) for row in zip(*columns.values(), strict=True)]
                self.grids.append(_make_grid([list(columns), *rows], place))
                return
        elif "columns" in columns and isinstance(lists.get("data"), list):
            # header and body apart, as pandas writes with orient="split"
            lists["data"] = [lists.pop("columns"), *lists["data"]]
        before = len(self.grids)
        for key, item in lists.items():
            self.visit(item, replace(place, path=(*place.path, key)))
        if not place.path and len(self.grids) == before and plain and not _has_empty_list(value):
            self.left_out.clear()  # one record, for example one JSON line: its lists are its cells
            self.grids.append(_grid_of_records([value], _Place()))


def _has_empty_list(value: Any) -> bool:
    """Whether a list of records without records is somewhere inside."""
    if isinstance(value, dict):
        return any(map(_has_empty_list, value.values()))
    return isinstance(value, list) and (not value or any(map(_has_empty_list, value)))


def _grid_of_records(
    records: Sequence[Mapping[str, Any]], place: _Place, notes: Iterable[Message] = ()
) -> Grid:
    columns: dict[str, int] = {}
    noted = dict.fromkeys(notes)
    rows: list[list[Cell]] = []
    for number, record in enumerate(records, start=1):
        row: dict[int, Cell] = {}
        for name, value in _flatten(record, ""):
            column = columns.setdefault(name, len(columns))
            if column in row:
                _refuse(Message("json.name_twice", record=number, name=name))
            row[column] = _as_text(value)
            if isinstance(value, list):
                noted.update(dict.fromkeys(_notes_on_list(name, value)))
        _check_size(number, len(columns))
        rows.append([row.get(column) for column in range(len(columns))])
    return _make_grid([list(columns), *rows], place, tuple(noted))


def _flatten(record: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        if isinstance(value, dict) and value:
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _grid_of_features(features: list[Any], place: _Place) -> Grid:
    properties = [_part(feature, "properties") for feature in features]
    known = {key for own in properties for key in own}
    left_out: Counter[str] = Counter()
    records = []
    for feature, own in zip(features, properties, strict=True):
        record = dict(own)
        if "id" in feature:
            record["feature.id" if "id" in known else "id"] = feature["id"]
        geometry = _part(feature, "geometry")
        position = geometry.get("coordinates")
        if geometry.get("type") == "Point" and isinstance(position, list):
            for axis, text in zip(AXES, position, strict=False):
                record[f"geometry.{axis}" if axis in known else axis] = text
        elif geometry:
            left_out[str(geometry.get("type"))] += 1
        records.append(record)
    notes = (
        Message("note.geometries", number=count, kind=kind) for kind, count in left_out.items()
    )
    return _grid_of_records(records, place, notes)


def _part(feature: Any, key: str) -> Mapping[str, Any]:
    part = feature.get(key) if isinstance(feature, dict) else str(feature)
    if part is not None and not isinstance(part, dict):
        _refuse(Message("json.faulty_feature", key=key, value=repr(part)[:40]))
    return part or {}


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _is_row(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_scalar, value))


def _as_text(value: Any) -> Cell:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if not value:  # an empty list or object says nothing
        return None
    if _is_row(value):
        return ";".join(_as_text(item) or "" for item in value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _notes_on_list(name: str, values: list[Any]) -> Iterator[Message]:
    if not _is_row(values):
        yield Message("note.nested_records", name=name)
    elif any(isinstance(item, str) and ";" in item for item in values):
        yield Message("note.semicolons", name=name)


def _make_grid(rows: list[list[Cell]], place: _Place, notes: tuple[Message, ...] = ()) -> Grid:
    sheet = ".".join(place.path) or None
    _check_size(len(rows), max(map(len, rows)))
    widths = list(map(len, rows))
    return Grid(
        sheet, cells_from_rows(rows), widths=widths, lead=place.lead[-LEAD_LENGTH:], notes=notes
    )


def _check_size(height: int, width: int) -> None:
    if height * width > MOST_CELLS:
        _refuse(Message("json.too_large", records=height, width=width, most=MOST_CELLS))
