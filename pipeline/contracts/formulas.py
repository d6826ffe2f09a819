"""Loads the formulas by which published figures follow from their inputs."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

FORMULAS_FILE = Path(__file__).parent / "formulas.yml"
FUNCTIONS = frozenset(
    {"round_up", "rounded", "at_least_0", "distance", "gap", "sum_of", "over_towns"}
)
# Column of a mart that a formula names -> the part that its inputs play in the lineage of others.
PARTS = {
    "target_value": "target",
    "actual_value": "actual",
    "actual_places": "places",
    "residents": "resident_population",
    "quota_places": "quota",
}


@dataclass(frozen=True)
class Formula:
    """A formula.

    Attributes:
        code: What marts call it.
        words: The formula in Chinese.
        words_en: The same in English.
        tree: Its arithmetic, made of numbers, names, ``+ - * /`` and calls of ``FUNCTIONS``.
    """

    code: str
    words: str
    words_en: str
    tree: ast.expr

    @property
    def calculates(self) -> bool:
        """Whether it is more than a name for what stands elsewhere."""
        return not isinstance(self.tree, ast.Name)


@functools.cache
def load_formulas() -> dict[str, Formula]:
    """Every formula by its code.

    Raises:
        ValueError: An expression holds something other than arithmetic.
    """
    table = YAML(typ="safe").load(FORMULAS_FILE)
    return {
        code: Formula(
            code, spec["formula"], spec["formula_en"], parse_expression(str(spec["expression"]))
        )
        for code, spec in table.items()
    }


def parse_expression(text: str) -> ast.expr:
    """Parse an expression, which is never run as code.

    Raises:
        ValueError: It holds something other than numbers, names, ``+ - * /`` and known functions.
    """
    tree = ast.parse(text, mode="eval").body
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=int()) | ast.Name() | ast.Load():
                continue
            case ast.BinOp() | ast.Add() | ast.Sub() | ast.Mult() | ast.Div():
                continue
            case ast.Call(func=ast.Name(id=name), args=[_], keywords=[]) if name in FUNCTIONS:
                continue
        msg = f"{ast.unparse(node)!r} is no arithmetic of a formula: {text}"
        raise ValueError(msg)
    return tree
