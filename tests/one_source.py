"""Loads one file by one entry of ``sources.yml``, as a build does, and tells what was said of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
from example_dossier import REGIONS

from pipeline.catalogue.load_dossiers import load_dossiers
from pipeline.contracts import load_contracts
from pipeline.core.errors import Problem, SourceProblemsError
from pipeline.warehouse.load import load_warehouse

Content = str | bytes | list[list[Any]]


@dataclass(frozen=True)
class Said:
    """What became of the file.

    Attributes:
        codes: Codes of the messages that stopped it, or ``refusal.`` and the reason of every
            refused row; each once.
        steps: What they advise, in English.
        loaded: The rows of the source, in the columns that were asked for.
    """

    codes: list[str]
    steps: str
    loaded: list[tuple[Any, ...]]


def write_file(path: Path, content: Content) -> None:
    """Write text, bytes, or the cells of a workbook of one sheet."""
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    else:
        workbook = openpyxl.Workbook()
        for row in content:
            workbook.active.append(row)
        workbook.save(path)


def load_one(
    folder: Path, files: dict[str, Content], entry: dict[str, Any], columns: str = "*"
) -> Said:
    """Load one source beside the list of regions.

    Args:
        folder: New folder of the workspace.
        files: Content of the files of the dossier, by name; ``regions.csv`` may be among them, and
            ``sources.yml`` in place of one that is made from the entry.
        entry: What ``sources.yml`` says of the source, beside its id and document.
        columns: What to tell of the loaded rows; towns go by their codes.
    """
    dossier = folder / "raw" / "shili"
    dossier.mkdir(parents=True)
    listed = {"id": "regions", "file": "regions.csv", "contract": "region_list"}
    said_of_all = {"document": "paper", "locator": "全文"}
    described = {
        "dossier": "shili",
        "title": {"zh": "示例县（虚构）", "en": "Example county (fictional)"},
        "fictional": True,
        "documents": [{"id": "paper", "title": "文件", "issuer": "示例县办公室", "grade": "A"}],
        "sources": [listed | said_of_all, {"id": "tested"} | said_of_all | entry],
    }
    written = {"regions.csv": REGIONS, "sources.yml": json.dumps(described, ensure_ascii=False)}
    for name, content in (written | files).items():
        write_file(dossier / name, content)
    contracts = load_contracts()
    dossiers, problems = load_dossiers(folder / "raw", contracts)
    if problems:
        return _stopped(problems)
    warehouse = folder / "w.duckdb"
    try:
        load_warehouse(warehouse, folder / "rows", dossiers, contracts)
    except SourceProblemsError as error:
        return _stopped(error.problems)
    (source,) = (s for each in dossiers for s in each.sources if s.id.startswith("tested"))
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        loaded = connection.execute(
            f"select {columns} from raw.{source.contract.name} where source_id = ?"
            " order by source_row, source_letter",
            [source.id],
        ).fetchall()
        refused = connection.execute(
            "select distinct reason_code, next_step_en from audit.rejected_rows"
            " join audit.refusal_words using (reason_code, parameters)"
            " where source_id = ? order by all",
            [source.id],
        ).fetchall()
    codes = sorted({f"refusal.{code}" for code, _ in refused})
    return Said(codes, "\n".join(step for _, step in refused), loaded)


def _stopped(problems: list[Problem]) -> Said:
    codes = sorted({problem.message.code for problem in problems})
    steps = "\n".join(problem.message.in_language("en") for problem in problems)
    return Said(codes, steps, [])
