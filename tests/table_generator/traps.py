"""How people write tables: every trap changes a draft, and what a careful clerk would load of it with it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from table_generator.tables import Draft

Trap = Callable[[Random, Draft, str], bool]
TRAPS: dict[str, Trap] = {}


def trap(function: Trap) -> Trap:
    """Register a trap by the name of its function; it says whether the draft took it."""
    TRAPS[function.__name__] = function
    return function


SCALES = {"万": 10_000, "千": 1_000, "百": 100}


@trap
def unit_in_label(random: Random, draft: Draft, suffix: str) -> bool:
    """常住人口(万人)."""
    for column in draft.numbers:
        if column.field == "value" or random.random() < 0.3:
            continue
        word = random.choice(("", "", *SCALES)) if column.unit == "人" else ""
        column.scale = SCALES.get(word, 1)
        column.unit_in_label = random.choice(("({0})", "（{0}）", "（单位：{0}）")).format(
            word + column.unit
        )
    return True


@trap
def title(random: Random, draft: Draft, suffix: str) -> bool:
    """A title above the table."""
    draft.before.insert(
        0, [f"{draft.county.name}{random.choice(('2024年统计表', '基本情况表', '情况汇总'))}"]
    )
    return True
