"""Makes cases from seeds: what a table says, which traps it holds, which file it is."""

from __future__ import annotations

from random import Random

from table_generator.drafts import DRAFTS
from table_generator.regions import County
from table_generator.tables import Case, render
from table_generator.traps import RARE, TRAPS

ENCODINGS = {
    "csv": ("utf-8", "utf-8-sig", "gb18030"),
    "tsv": ("utf-8", "gb18030"),
    "html": ("utf-8",),
}
CONTRACTS = (*sorted(DRAFTS), "population", "facility_roster")
SUFFIXES = ("csv", "csv", "csv", "tsv", "txt", "xlsx", "xlsx", "xlsx", "html", "docx")


def make_case(
    seed: int, number: int, county: County, *, plain: bool = False, suffix: str | None = None
) -> Case:
    """A case, always the same one for a seed and a number.

    Args:
        seed: Of the run.
        number: Of the case in it.
        county: What it is about.
        plain: Whether it holds no trap.
        suffix: Of its file, where it is not drawn.
    """
    random = Random(f"{seed}/{number}")  # noqa: S311 (no secret)
    contract = random.choice(CONTRACTS)
    suffix = suffix or random.choice(SUFFIXES)
    draft = DRAFTS[contract](random, county)
    taken = list[str]()
    chance = random.choice((0.04, 0.08, 0.15))
    while not plain and not taken:
        taken = [
            name
            for name, apply in TRAPS.items()
            if random.random() < chance * RARE[name] and apply(random, draft, suffix)
        ]
    return Case(
        number, seed, contract, tuple(taken), suffix,
        random.choice(ENCODINGS.get(suffix, ("utf-8",))), county, render(draft), draft.entry,
        draft.sheet, draft.other_sheet,
    )  # fmt: skip
