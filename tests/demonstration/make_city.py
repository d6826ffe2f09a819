"""Makes the demonstration city: its dossier, what is true of it, and the faults planted in it.

Run from the root of the repository::

    .venv/bin/python tests/demonstration/make_city.py

Everything is invented, and comes out alike every time.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from catalogue import HEADER, as_yaml, sources_text, verdicts_text
from faults import plant_in_world
from geography import make_people
from pairs import make_pairs, planted_pairs, verdicts
from papers import (
    Paper,
    make_bulletins,
    make_inspections,
    make_ledgers,
    make_population,
    make_regions,
    make_targets,
)
from planted import planted_faults
from rosters import RosterFile, Rosters
from truth import Truth
from world import make_world

HERE = Path(__file__).resolve().parent
DOSSIER = HERE.parents[1] / "data" / "raw" / "shili-city"
WORLD_SEED, PEOPLE_SEED, ROUNDS_SEED = 2026, 7, 11


def main() -> None:
    """Write every file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossier", type=Path, default=DOSSIER, help="folder of the files")
    parser.add_argument("--truth", type=Path, default=HERE, help="folder of truth and faults")
    options = parser.parse_args()
    make_city(options.dossier, options.truth)


def make_city(dossier: Path, told: Path) -> None:
    """Write the files of the dossier, and what is told about them.

    Args:
        dossier: Folder of the raw files; what stands in it is removed.
        told: Folder of ``truth.csv`` and ``planted_faults.yml``.
    """
    facilities = make_world(WORLD_SEED)
    people = make_people(PEOPLE_SEED)
    chosen = plant_in_world(facilities)
    pairs = make_pairs(len(facilities) + 1)
    everyone = [*facilities, *(facility for pair in pairs for facility in pair.facilities)]
    truth = Truth(everyone, people)
    rosters = Rosters(everyone, chosen)
    rosters.make()
    papers = [
        make_regions(),
        *make_population(people),
        *make_ledgers(people),
        make_targets(),
        *make_bulletins(truth),
        *make_inspections(facilities, ROUNDS_SEED),
    ]
    contents = {paper.file: paper.content for paper in papers} | rosters.contents
    entries = [*map(paper_entry, papers), *map(roster_entry, rosters.sources)]
    contents["sources.yml"] = sources_text(entries).encode()
    contents["verdicts.yml"] = verdicts_text(verdicts(pairs, rosters.sources)).encode()
    dossier.mkdir(parents=True, exist_ok=True)
    for old in dossier.iterdir():
        old.unlink()
    for name, content in contents.items():
        (dossier / name).write_bytes(content)
    (told / "truth.csv").write_text(truth.as_csv(), encoding="utf-8")
    faults = planted_faults(rosters.sources, papers) + planted_pairs(pairs, rosters.sources)
    text = HEADER + as_yaml({"planted_faults": faults})
    (told / "planted_faults.yml").write_text(text, encoding="utf-8")


def paper_entry(paper: Paper) -> dict[str, Any]:
    """The entry of a source that is no roster."""
    return {
        "id": paper.id,
        "file": paper.file,
        "contract": paper.contract,
        "document": paper.document,
        "locator": paper.locator,
        "read": paper.read,
        "columns": paper.columns,
        "constants": paper.constants,
        "unpivot": paper.unpivot,
    }


def roster_entry(source: RosterFile) -> dict[str, Any]:
    """The entry of a roster."""
    return {
        "id": source.id,
        "file": source.file,
        "contract": "facility_roster",
        "document": source.document,
        "locator": "全表（虚构）",
        "read": source.read,
        "constants": source.constants,
        "complete_for": source.complete_for,
    }


if __name__ == "__main__":
    main()
