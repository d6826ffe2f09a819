"""The folder that a build reads from and publishes to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DEFAULT_WORKSPACE = PROJECT_ROOT / "data"
Engine = Literal["duckdb", "spark"]  # what runs the models


@dataclass(frozen=True)
class Workspace:
    """Paths of one workspace; ``data/`` unless the command line names another.

    Attributes:
        root: Folder that holds ``raw/`` and receives everything else.
    """

    root: Path = DEFAULT_WORKSPACE

    @property
    def raw(self) -> Path:
        """Dossiers as received; read, never written."""
        return self.root / "raw"

    @property
    def marts(self) -> Path:
        """The published set: marts, manifest, reports."""
        return self.root / "marts"

    @property
    def previous_marts(self) -> Path:
        """The set that was published before this one; a diff compares the two."""
        return self.root / "previous_marts"

    @property
    def manifest(self) -> Path:
        """What was published, from what."""
        return self.marts / "manifest.json"

    @property
    def index_page(self) -> Path:
        """First page of the reports."""
        return self.marts / "reports" / "index.html"

    @property
    def warehouse(self) -> Path:
        """The warehouse of the published build."""
        return self.root / "warehouse.duckdb"

    @property
    def raw_tables(self) -> Path:
        """Rows of the warehouse's raw tables, a folder for every build that is still in use."""
        return self.root / "raw_tables"

    @property
    def templates(self) -> Path:
        """Empty workbooks for people to fill in."""
        return self.root / "templates"

    @property
    def development(self) -> Path:
        """A copy of the warehouse on which developers run dbt."""
        return self.root / "dev"

    @property
    def build(self) -> Path:
        """Where a build works before it publishes; deleted afterwards."""
        return self.root / ".build"

    @property
    def lock(self) -> Path:
        """Held by the build that is under way."""
        return self.root / ".lock"
