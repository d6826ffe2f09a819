"""Rows of a list of facilities whose name may be none: footers, counts, 无."""

from __future__ import annotations

from pipeline.core.sql import literal
from pipeline.dossier_files.source import Source
from pipeline.reading.cell_tests import bare, is_marked, number_cells
from pipeline.reading.headings import FACILITY_NAME, NAMING, NO_FIGURE, REGION_NAME
from pipeline.reading.layout import Table
from pipeline.reading.row_words import COUNTED, FACILITY, FOOTER, NO_FACILITY

NO_NAME = "[^\\p{L}]*[年月日号第]?([^\\p{L}]*[年月日号])*[^\\p{L}]*"  # 2025年1月, 123


def is_nameless(table: Table) -> str:
    """SQL that is true where the name of a facility is none: a number, a date, 无, a footer."""
    names = [f"c{i}" for i, h in table.header.headings.items() if h.column == FACILITY_NAME]
    none = f"{NO_NAME}|{NO_FACILITY}|{FOOTER}"
    found = [f"coalesce(regexp_full_match({bare(n)}, {literal(none)}), false)" for n in names]
    return found[0] if found else "false"


def names_no_facility(source: Source, table: Table) -> str:
    """SQL that is true for a row that says that there is none: 无 as a name, no number but 0.

    Another cell that tells something, such as 民办, shows that / stands for a name nobody gave.
    """
    names = [f"c{i}" for i, h in table.header.headings.items() if h.column == FACILITY_NAME]
    if not names:
        return "false"
    digit = literal("[1-9\uff11-\uff19一二两三四五六七八九十百]")
    numbers = number_cells(source, table)
    counted = [f"coalesce(regexp_matches({cell}, {digit}), false)" for cell in numbers]
    days = [c.name for c in source.contract.columns.values() if c.type in ("date", "year")]
    silent = (*NAMING, *NO_FIGURE, *days)
    others = [
        f"coalesce(regexp_full_match({bare(f'c{i}')}, {literal(f'{NO_FACILITY}|否')}), true)"
        for i, h in table.header.headings.items()
        if h.column not in silent and f"c{i}" not in numbers
    ]
    found = f"coalesce(regexp_full_match({bare(names[0])}, {literal(NO_FACILITY)}), false)"
    return f"({' and '.join([found, *(f'not {cell}' for cell in counted), *others])})"


def is_doubtful(source: Source, table: Table) -> tuple[str, list[str]]:
    """SQL of whether a row of a list of facilities may be a line below the list.

    Below the last row with a number, a row that leaves blank what all rows with numbers fill, that
    counts something, or that fills one cell alone, may be a footer or a facility of which little
    is known. So may a row with a number whose name is like no other, and that leaves blank what
    the others fill: 未分类, 100. Such rows are neither loaded nor dropped. Where the file names a
    region in the row, the region decides.

    Returns:
        The condition, and the columns of the rows of data that it needs.
    """
    columns = {h.column: f"c{index}" for index, h in table.header.headings.items()}
    name = columns.get(FACILITY_NAME)
    numbers = number_cells(source, table)
    if name is None:
        return "false", []
    nameless = is_nameless(table)
    if not numbers:
        return nameless, []
    regions = [columns[c] for c in (REGION_NAME, "region_code") if c in columns]
    about = {name, *regions, *numbers, *(columns.get(each) for each in NO_FIGURE)}
    others = [cell for cell in columns.values() if cell not in about]
    always = [f"bool_and({cell} is not null) as always_{cell}" for cell in others]
    always += [f"count(*) - count({cell}) as blank_{cell}" for cell in others]
    always += ["count(*) as regular_rows"] if others else []
    lacks = [f"(always_{cell} and {cell} is null)" for cell in others]
    loaded = [*columns.values(), *(f"c{index}" for index in table.header.unpivoted)]
    counts = " and ".join(
        f"coalesce(regexp_full_match({bare(cell)}, {literal(COUNTED)}), true)" for cell in loaded
    )
    placeless = " and ".join(["true", *(f"{cell} is null" for cell in regions)])
    known = f"coalesce(regexp_matches({name}, {literal(FACILITY)}), false)"
    filled = " + ".join(f"({cell} is not null)::int" for cell in loaded)
    alone = f"({filled} <= 1)"
    short = f"(not {known} and {filled} <= 2)"
    unlike = " or ".join(
        [
            *lacks,
            *([short] if len(loaded) > 2 else []),
            f"({counts})",
            *([alone] if len(loaded) > 1 else []),
        ]
    )
    marked = is_marked("first_text")
    below = (
        f"(position > last_regular and {placeless}"
        f" and (case when has_number then {marked} else {unlike} end))"
    )
    odd = " or ".join(
        f"({cell} is null and blank_{cell} <= 3 and blank_{cell} * 2 < regular_rows)"
        for cell in others
    )
    stray = f"(has_number and {placeless} and ({odd}) and not {known})"
    pointing = f"(not has_number and {marked} and {placeless})"
    judged = [nameless, below, pointing, *([stray] if others else [])]
    return f"({' or '.join(judged)})", always
