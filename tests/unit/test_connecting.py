"""DuckDB fetches nothing, and reaches no file outside the folders that it is given."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.core.database import CONFIG, LIMITS, connect
from pipeline.core.errors import UsageError
from pipeline.core.workspace import PROJECT_ROOT
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


def test_dbt_opens_the_warehouse_in_the_same_way():
    profile = YAML(typ="safe").load(PROJECT_ROOT / "dbt_project/profiles.yml")
    options = profile["childcare_capacity"]["outputs"]["build"]["config_options"]
    for variable, name in LIMITS.items():
        assert f"env_var('{variable}'" in options.pop(name)
    assert options == CONFIG


def test_a_user_may_limit_threads_and_memory(monkeypatch):
    monkeypatch.setenv("CHILDCARE_THREADS", "7")
    monkeypatch.setenv("CHILDCARE_MEMORY", "1GiB")
    with connect() as connection:
        settings = "select current_setting('threads'), current_setting('memory_limit')"
        assert connection.execute(settings).fetchall() == [(7, "1.0 GiB")]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CHILDCARE_THREADS", "many"),
        ("CHILDCARE_THREADS", "0"),
        ("CHILDCARE_MEMORY", "8"),
    ],
)
def test_a_limit_that_is_none_is_an_error_that_says_what_to_do(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError, match=rf"{variable}={value}[\s\S]*do next: ") as raised:
        connect()
    assert raised.value.exit_status == 2


def test_one_place_opens_connections():
    opens = {
        path.relative_to(PROJECT_ROOT).as_posix()
        for path in (PROJECT_ROOT / "pipeline").rglob("*.py")
        if "duckdb.connect(" in path.read_text(encoding="utf-8")
    }
    assert opens == {"pipeline/core/database.py"}
