"""Telephone numbers and names of persons in rosters appear in nothing that is published."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest

from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.integration

# as tests/demonstration/world.py invents them
PERSONAL = re.compile(r"138[ -]?0000[ -]?\d{4}|虚构人[甲乙丙丁戊]")


def text_of(path: Path) -> str:
    """Everything that a file says, unpacked."""
    if path.suffix == ".parquet":
        with duckdb.connect() as connection:
            rows = connection.execute("select * from read_parquet(?)", [str(path)]).fetchall()
        return repr(rows)
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as parts:
            told = (parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
            return html.unescape("".join(told))
    return html.unescape(path.read_text(encoding="utf-8-sig", errors="replace"))


def files_with_contacts(folder: Path) -> set[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in files if PERSONAL.search(text_of(path))}


def test_contacts_of_the_rosters_are_in_no_file_that_is_published(
    shipped: Workspace, warehouse: duckdb.DuckDBPyConnection
) -> None:
    phones = warehouse.execute(
        "select count(phone), count(contact) from raw.facility_roster"
    ).fetchall()
    assert min(phones[0]) > 100  # there are contacts that could leak
    assert {path.suffix for path in shipped.marts.rglob("*")} >= {
        ".parquet", ".csv", ".xlsx", ".html", ".json",
    }  # fmt: skip
    assert files_with_contacts(shipped.marts) == set()


def test_a_contact_in_any_kind_of_file_would_be_found(tmp_path: Path) -> None:
    for number, kind in enumerate(("csv", "html", "json")):
        (tmp_path / f"leak.{kind}").write_text(f"x;138 0000 000{number};y", encoding="utf-8")
    book = openpyxl.Workbook()
    book.active.append(["虚构人甲"])
    book.save(tmp_path / "leak.xlsx")
    with duckdb.connect() as connection:
        path = tmp_path / "leak.parquet"
        connection.execute(f"copy (select '13800001234' as note) to '{path}' (format parquet)")
    (tmp_path / "sound.csv").write_text("x;1,380 个;虚构街道", encoding="utf-8")
    assert files_with_contacts(tmp_path) == {
        f"leak.{kind}" for kind in ("csv", "html", "json", "xlsx", "parquet")
    }
