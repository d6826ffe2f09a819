"""Makes cases from seeds: what a table says, which traps it holds, which file it is."""

from __future__ import annotations

from collections.abc import Collection
from random import Random

from table_generator.drafts import DRAFTS
from table_generator.regions import County
from table_generator.tables import Case, Draft, render
from table_generator.traps import RARE, TRAPS

ENCODINGS = {
    "csv": ("utf-8", "utf-8-sig", "gb18030"),
    "tsv": ("utf-8", "gb18030"),
    "html": ("utf-8",),
}
CONTRACTS = (*sorted(DRAFTS), "population", "facility_roster")
SUFFIXES = ("csv", "csv", "csv", "tsv", "txt", "xlsx", "xlsx", "xlsx", "html", "docx")


def make_case(
    seed: int,
    number: int,
    county: County,
    *,
    suffix: str | None = None,
    only: str | None = None,
    without: Collection[str] = (),
    plain: bool = False,
) -> Case:
    """A case, always the same one for the same arguments.

    Args:
        seed: Of the run.
        number: Of the case in it.
        county: What it is about.
        suffix: Of its file, where it is not drawn.
        only: The one trap that it holds.
        without: Traps that it does not hold.
        plain: Whether it holds no trap.
    """
    random = Random(f"{seed}/{number}")  # noqa: S311 - no secret, the same tables in every run
    while True:
        ending = suffix or random.choice(SUFFIXES)
        draft = DRAFTS[random.choice(CONTRACTS)](random, county)
        if plain:
            taken = list[str]()
        elif only is not None:
            taken = [only] if TRAPS[only](random, draft, ending) else []
        else:
            taken = _set_traps(random, draft, ending, without)
        if taken or plain:
            break
    return Case(
        number, seed, draft.contract, tuple(taken), ending, random.choice(ENCODINGS.get(ending, ("utf-8",))),
        county, render(draft), draft.entry, draft.sheet, draft.other_sheet,
    )  # fmt: skip


def _set_traps(random: Random, draft: Draft, suffix: str, without: Collection[str]) -> list[str]:
    """Let the draft take a few traps; their names."""
    chance = random.choice((0.04, 0.08, 0.15))
    return [
        name
        for name, apply in TRAPS.items()
        if name not in without
        and random.random() < chance * RARE[name]
        and apply(random, draft, suffix)
    ]
