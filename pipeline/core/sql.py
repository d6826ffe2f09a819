"""Quoting for the SQL that the pipeline writes."""

from __future__ import annotations


def literal(text: str) -> str:
    """SQL literal of a text."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """SQL identifier of a name."""
    return '"' + name.replace('"', '""') + '"'
