"""DuckDB fetches nothing, and reaches no file outside the folders that it is given."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from pipeline.core.database import CONFIG, connect
from pipeline.core.errors import UsageError
from pipeline.core.settings import Limits, Settings, SparkSettings
from pipeline.core.workspace import PROJECT_ROOT, Workspace
from pipeline.dossier_files.sources_file import YAML


@pytest.fixture
def allowed(tmp_path):
    """A folder that may be read, beside one with a secret."""
    (tmp_path / "allowed").mkdir()
    (tmp_path / "secret").mkdir()
    for folder in ("allowed", "secret"):
        (tmp_path / folder / "a.csv").write_text("x\n1\n")
    duckdb.connect(str(tmp_path / "secret" / "w.duckdb")).close()
    return tmp_path / "allowed"


def test_a_file_in_an_allowed_folder_is_read(allowed):
    with connect(only=[allowed]) as connection:
        assert connection.execute(f"from '{allowed}/a.csv'").fetchall() == [(1,)]


@pytest.mark.parametrize(
    "statement",
    [
        "from '{secret}/a.csv'",
        "from '{allowed}/../secret/a.csv'",
        "from read_text('{secret}/a.csv')",
        "copy (select 1) to '{secret}/b.csv'",
        "attach '{secret}/w.duckdb' as other",
        "from read_csv('https://example.invalid/a.csv')",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "install httpfs",
        "load httpfs",
    ],
)
def test_what_lies_outside_is_out_of_reach(allowed, statement):
    secret = allowed.with_name("secret")
    with connect(only=[allowed]) as connection, pytest.raises(duckdb.Error):
        connection.execute(statement.format(allowed=allowed, secret=secret)).fetchall()
    assert not (secret / "b.csv").exists()


def test_an_extension_is_not_fetched_without_being_asked_for():
    with connect() as connection, pytest.raises(duckdb.Error, match="httpfs"):
        connection.execute("from read_csv('https://example.invalid/a.csv')").fetchall()


@pytest.mark.parametrize("target", ["dev", "build"])
def test_dbt_opens_the_warehouse_in_the_same_way(target):
    profile = YAML(typ="safe").load(PROJECT_ROOT / "dbt_project/profiles.yml")
    options = dict(profile["childcare_capacity"]["outputs"][target]["config_options"])
    for name in ("threads", "memory_limit", "temp_directory"):
        assert f"var('{name}'" in options.pop(name)
    assert options == CONFIG


def test_settings_are_read_from_the_environment():
    given = {
        "CHILDCARE_THREADS": "7",
        "CHILDCARE_MEMORY": "1GiB",
        "CHILDCARE_SPARK_MASTER": "yarn",
        "CHILDCARE_SPARK_MEMORY": "8g",
        "CHILDCARE_SPARK_SHARED": "/shared",
    }
    workspace = Workspace(Path("elsewhere"))
    assert Settings.of(workspace, given) == Settings(
        workspace, Limits("7", "1GiB"), SparkSettings("yarn", "8g", Path("/shared"))
    )
    assert Settings.of(workspace, {}) == Settings(workspace)


def test_nothing_reads_or_sets_the_environment_on_its_way():
    """Settings are read where a process begins, and handed on."""
    entries = {"cli.py", "environment.py", "language.py", "marts.py"}
    entries |= {"modelling/spark/requirements.py"}  # asks for JAVA_HOME, as Spark does
    package = PROJECT_ROOT / "pipeline"
    asks = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"os\.(environ|getenv|putenv)|\bchdir\(", path.read_text(encoding="utf-8"))
    }
    assert asks == entries


def test_a_user_may_limit_threads_and_memory():
    with connect(limits=Limits("7", "1GiB")) as connection:
        settings = "select current_setting('threads'), current_setting('memory_limit')"
        assert connection.execute(settings).fetchall() == [(7, "1.0 GiB")]


@pytest.mark.parametrize(
    ("variable", "limits"),
    [
        ("CHILDCARE_THREADS=many", Limits(threads="many")),
        ("CHILDCARE_THREADS=0", Limits(threads="0")),
        ("CHILDCARE_MEMORY=8", Limits(memory="8")),
    ],
)
def test_a_limit_that_is_none_is_an_error_that_says_what_to_do(variable, limits):
    with pytest.raises(UsageError, match=rf"{variable}[\s\S]*do next: ") as raised:
        connect(limits=limits)
    assert raised.value.exit_status == 2


def test_one_place_opens_connections():
    opens = {
        path.relative_to(PROJECT_ROOT).as_posix()
        for path in (PROJECT_ROOT / "pipeline").rglob("*.py")
        if "duckdb.connect(" in path.read_text(encoding="utf-8")
    }
    assert opens == {"pipeline/core/database.py"}
