"""Rules about the repository itself, each kept by reading its files."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import textwrap

import pytest
from ruamel.yaml import YAML

from pipeline.catalogue.load_dossiers import load_dossiers
from pipeline.contracts import load_contracts
from pipeline.core.workspace import PROJECT_ROOT

DBT = PROJECT_ROOT / "dbt_project"
MARTS = [
    mart
    for path in sorted(DBT.glob("models/marts/*.yml"))
    for mart in YAML(typ="safe").load(path.read_text(encoding="utf-8"))["models"]
]
SUITES = sorted((PROJECT_ROOT / "expectations").rglob("*.json"))


def test_every_contract_and_every_mart_has_a_suite():
    contracts = {f"raw/{name}" for name in load_contracts().by_name}
    marts = {f"marts/{mart['name']}" for mart in MARTS}
    found = {f"{path.parent.name}/{path.stem}" for path in SUITES}
    assert found == contracts | marts


@pytest.mark.parametrize("path", SUITES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_expectation_has_a_code_of_its_own_and_says_how_severe_it_is(path):
    suite = json.loads(path.read_text(encoding="utf-8"))
    assert suite["expectations"], "an empty suite checks nothing"
    codes = [expectation["meta"]["code"] for expectation in suite["expectations"]]
    assert len(codes) == len(set(codes))
    for expectation in suite["expectations"]:
        assert expectation["severity"] in ("critical", "warning")
        assert "id" not in expectation, "ids are random and make noise in a diff"


def test_every_model_says_its_grain_and_every_mart_column_is_described():
    described = {
        model["name"]: model
        for path in DBT.glob("models/**/_*.yml")
        for model in YAML(typ="safe").load(path.read_text(encoding="utf-8")).get("models", [])
    }
    for path in DBT.glob("models/**/*.sql"):
        assert described[path.stem]["description"], path.stem
    for mart in MARTS:
        assert mart["config"]["meta"]["grain"], mart["name"]
        for column in mart["columns"]:
            assert column["description"], (mart["name"], column["name"])
            assert column["data_type"], (mart["name"], column["name"])


def find_columns_of_two_types(marts):
    types = {}
    for mart in marts:
        for column in mart["columns"]:
            types.setdefault(column["name"], {}).setdefault(column["data_type"], mart["name"])
    return {name: given for name, given in types.items() if len(given) > 1}


def test_a_column_has_the_same_type_in_every_mart():
    assert find_columns_of_two_types(MARTS) == {}
    planted = [
        {"name": mart, "columns": [{"name": "year", "data_type": data_type}]}
        for mart, data_type in (("a", "integer"), ("b", "bigint"), ("c", "integer"))
    ]
    assert find_columns_of_two_types(planted) == {"year": {"integer": "a", "bigint": "b"}}


def test_every_measure_of_rosters_is_an_indicator_of_its_unit_and_a_column_of_rosters():
    contracts = load_contracts()
    lines = re.findall(
        r"{'name': '(\w+)', 'column': '(\w+)', 'aggregation': '(\w+)', 'unit': '(\w+)'}",
        (DBT / "macros/measures.sql").read_text(encoding="utf-8"),
    )
    assert len(lines) >= 10
    for name, column, aggregation, unit in lines:
        assert aggregation in ("sum", "median"), name
        assert contracts.indicators[name]["unit"] == unit
        # Ownership and places tell the public places of a facility.
        given = contracts.by_name["facility_roster"].columns
        assert column in given or column == "public_places", name


def test_a_data_test_holds_the_grain_of_every_model():
    """Staging renames alone: there the contracts of files hold the grain."""
    for path in [*DBT.glob("models/intermediate/**/_*.yml"), *DBT.glob("models/marts/_*.yml")]:
        for model in YAML(typ="safe").load(path.read_text(encoding="utf-8")).get("models", []):
            tests = {kind: test for each in model["data_tests"] for kind, test in each.items()}
            assert tests["unique_grain"]["arguments"]["columns"], model["name"]
            assert model["description"].startswith(("One row per", "{{ doc(")), model["name"]


def test_every_data_test_has_a_name_that_says_rule_or_tolerance():
    unnamed = []
    for path in DBT.glob("models/**/_*.yml"):
        for model in YAML(typ="safe").load(path.read_text(encoding="utf-8")).get("models", []):
            tests = list(model.get("data_tests", []))
            tests += [
                t for column in model.get("columns", []) for t in column.get("data_tests", [])
            ]
            unnamed += [
                (model["name"], test) for test in tests
                if not re.match("assert_|warn_", next(iter(test.values())).get("name", ""))
            ]  # fmt: skip
    assert unnamed == []


def test_every_generic_test_has_a_selftest():
    ours = set(re.findall(r"{% test (\w+)", (DBT / "macros/tests.sql").read_text(encoding="utf-8")))
    selftests = "".join(
        path.read_text(encoding="utf-8") for path in DBT.glob("tests/selftests/*.sql")
    )
    assert {name for name in ours if f"test_{name}(" in selftests} == ours


def test_no_function_prints_and_no_assert_guards_data():
    for path in (PROJECT_ROOT / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not isinstance(node, ast.Assert), path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "print", path


def test_lock_file_names_versions_and_hashes_and_no_host():
    lock = (PROJECT_ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    pins = re.findall(r"^[a-z0-9._-]+==", lock, flags=re.MULTILINE)
    assert len(pins) > 100
    blocks = re.split(r"^(?=[a-z0-9._-]+==)", lock, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def test_every_dependency_is_locked():
    import tomllib

    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    locked = set(
        re.findall(
            r"^([a-z0-9-]+)==", (PROJECT_ROOT / "requirements.lock").read_text(), re.MULTILINE
        )
    )
    names = {re.split(r"[<>=\[]", line)[0].replace(".", "-").lower() for line in wanted}
    assert names <= locked


def test_make_help_lists_every_target():
    text = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", text, flags=re.MULTILINE))
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert {line.split()[0] for line in shown.splitlines()} == targets


def test_the_readmes_example_is_a_valid_sources_file(tmp_path):
    readme = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
    example = textwrap.dedent(readme.split("```yaml")[1].split("```")[0])
    folder = tmp_path / "my-city"
    folder.mkdir()
    (folder / "sources.yml").write_text(example, encoding="utf-8")
    (folder / "ledger.xlsx").touch()
    (folder / "population.csv").touch()
    dossiers, problems = load_dossiers(tmp_path, load_contracts())
    assert problems == []
    assert [source.id for source in dossiers[0].sources] == ["my-city-ledger", "my-city-population"]


def test_contract_labels_are_unambiguous_and_columns_described():
    for contract in load_contracts().by_name.values():
        assert contract.grain.startswith("One row per")
        for column in contract.columns.values():
            assert column.description.endswith("."), (contract.name, column.name)
            if column.type == "term":
                assert column.vocabulary in load_contracts().vocabularies


def test_indicators_with_a_formula_refer_to_known_measures():
    indicators = load_contracts().indicators
    populations = {"resident_population", "children_under_3"}
    for code, spec in indicators.items():
        assert spec["kind"] in ("stock", "flow"), code
        for part in ("numerator", "denominator", "flow_counterpart"):
            if part in spec:
                assert spec[part] in indicators or spec[part] in populations, (code, part)
        for partition in spec.get("parts", []):
            assert len(partition) > 1, code
            for part in partition:
                assert indicators[part]["kind"] == spec["kind"], (code, part)
                assert indicators[part]["unit"] == spec["unit"], (code, part)
