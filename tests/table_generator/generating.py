"""Makes cases from seeds: what a table says, which traps it holds, which file it is."""

from __future__ import annotations

from random import Random

from table_generator.drafts import DRAFTS
from table_generator.regions import County
from table_generator.tables import Case, render
from table_generator.traps import TRAPS

ENCODINGS = {
    "csv": ("utf-8", "utf-8-sig", "gb18030"),
    "tsv": ("utf-8", "gb18030"),
    "html": ("utf-8",),
}
SUFFIXES = ("csv", "csv", "csv", "tsv", "xlsx", "xlsx", "xlsx", "html", "docx")


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
    random = Random(f"{seed}/{number}")
    contract = random.choice(sorted(DRAFTS))
    suffix = suffix or random.choice(SUFFIXES)
    draft = DRAFTS[contract](random, county)
    taken = []
    if not plain:
        for name in random.sample(sorted(TRAPS), len(TRAPS)):
            if len(taken) < random.choice((1, 1, 2, 3)) and TRAPS[name](random, draft, suffix):
                taken.append(name)
    return Case(
        number, seed, contract, tuple(taken), suffix,
        random.choice(ENCODINGS.get(suffix, ("utf-8",))), county, render(draft), draft.entry,
        draft.sheet, draft.other_sheet,
    )  # fmt: skip
