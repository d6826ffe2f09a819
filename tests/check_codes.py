"""Codes of all checks of the project, read where the checks are written down."""

from __future__ import annotations

import json

from ruamel.yaml import YAML

from pipeline.checking.expectations import SUITES
from pipeline.checking.personal_data import CHECK
from pipeline.core.parsed_project import DBT_PROJECT


def codes_of_checks() -> set[str]:
    """Codes that have words: of a test that YAML makes it is the kind, such as unique_grain."""
    return _expectations() | _kinds_of_data_tests() | _singular_tests() | {CHECK}


def _expectations() -> set[str]:
    return {
        expectation["meta"]["code"]
        for path in SUITES.glob("*/*.json")
        for expectation in json.loads(path.read_text(encoding="utf-8"))["expectations"]
    }


def _kinds_of_data_tests() -> set[str]:
    kinds = set()
    for path in DBT_PROJECT.glob("models/**/_*.yml"):
        described = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        for model in described.get("models", []):
            tested = [model, *model.get("columns", [])]
            kinds |= {
                kind for part in tested for test in part.get("data_tests", []) for kind in test
            }
    return kinds


def _singular_tests() -> set[str]:
    return {path.stem for path in DBT_PROJECT.glob("tests/**/*.sql")}
