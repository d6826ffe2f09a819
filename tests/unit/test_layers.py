"""Imports go down: a package imports from lower layers alone, and no modules import in a circle."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pipeline.core.workspace import PROJECT_ROOT

# From top to bottom. Packages of one layer do not know each other.
LAYERS = (
    {"__main__"},
    {"cli"},
    {"commands", "marts"},
    {"warehouse"},
    {"catalogue", "shaping", "reporting", "workbook"},
    {"reading", "published", "modelling"},
    {"dossier_files", "wording", "checking", "publishing"},
    {"contracts", "values"},
    {"core", "environment"},
    {"language"},
)


def modules_below(folder: Path) -> dict[str, Path]:
    """Dotted name without the package above them all -> file."""
    return {
        ".".join(file.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"): file
        for file in sorted(folder.rglob("*.py"))
        if file != folder / "__init__.py"
    }


def imports_of(file: Path, modules: dict[str, Path]) -> set[str]:
    """Modules that a file imports, inside functions and for types alone as well."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] != "pipeline":
                continue
            bare = name.removeprefix("pipeline").removeprefix(".")
            found.add(bare if bare in modules else bare.rpartition(".")[0])
    return found - {""}


def find_upward(imports: dict[str, set[str]]) -> list[str]:
    """Imports of a module from its own layer, outside its package, or from a layer above."""
    height = {package: number for number, layer in enumerate(LAYERS) for package in layer}
    return [
        f"{module} imports {other}"
        for module, others in sorted(imports.items())
        for other in sorted(others)
        for package, below in [(module.split(".")[0], other.split(".")[0])]
        if package != below and height[below] <= height[package]
    ]


def find_circles(imports: dict[str, set[str]]) -> list[str]:
    """Modules that are imported by what they import, each circle once."""
    circles: dict[frozenset[str], str] = {}
    done: set[str] = set()

    def visit(module: str, path: list[str]) -> None:
        if module in path:
            circle = path[path.index(module) :]
            circles.setdefault(frozenset(circle), " -> ".join([*circle, module]))
        elif module not in done:
            for other in sorted(imports.get(module, ())):
                visit(other, [*path, module])
            done.add(module)

    for module in sorted(imports):
        visit(module, [])
    return list(circles.values())


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    modules = modules_below(PROJECT_ROOT / "pipeline")
    return {name: imports_of(file, modules) - {name} for name, file in modules.items()}


def test_every_package_has_its_layer(imports):
    packages = {module.split(".")[0] for module in imports}
    assert packages == set().union(*LAYERS)


def test_imports_go_down(imports):
    assert find_upward(imports) == []


def test_no_modules_import_in_a_circle(imports):
    # a package's own front imports its modules, which do not import it
    assert find_circles(imports) == []


def test_an_import_that_goes_up_and_a_circle_are_noticed():
    planted = {
        "core.sql": {"shaping.words"},
        "reading.a": {"reading.b"},
        "reading.b": {"reading.a"},
    }
    assert find_upward(planted) == ["core.sql imports shaping.words"]
    assert find_circles(planted) == ["reading.a -> reading.b -> reading.a"]
