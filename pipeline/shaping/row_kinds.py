"""Words for the kinds of rows that are set aside."""

from __future__ import annotations

from pipeline.core.messages import Message, Text

ROW_KINDS = {
    "blank": Message("row.blank"),
    "header": Message("row.header"),
    "note": Message("row.note"),
    "other_table": Message("row.other_table"),
    "part": Message("row.part"),
    "section": Message("row.section"),
    "statistic": Message("row.statistic"),
    "subtotal": Message("row.subtotal"),
    "title": Message("row.title"),
    "torn_total": Message("row.torn_total"),
    "total": Message("row.total"),
    "where": Message("row.where"),
}


def row_kind(code: str) -> Text:
    """A kind of ``audit.set_aside_rows`` in words."""
    return ROW_KINDS.get(code, code)
