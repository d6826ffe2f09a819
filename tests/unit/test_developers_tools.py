"""What developers run, and what holds it: coverage, hooks of git, and the size of files."""

from __future__ import annotations

import itertools
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline.core.workspace import PROJECT_ROOT

LARGEST_KB = 700  # the largest, a table of truths for tests, has 540
RECORD = PROJECT_ROOT / "docs" / "decisions" / "0019-tests.md"
PROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def recorded_floors(text: str) -> list[tuple[int, str]]:
    """Percent and reason, the first one first."""
    rows = re.findall(r"^\| \d{4}-\d\d-\d\d \| (\d+) \|(.*)\|$", text, flags=re.MULTILINE)
    return [(int(percent), why.strip()) for percent, why in rows]


def lowered_without_a_reason(floors: list[tuple[int, str]]) -> list[int]:
    return [new for (old, _), (new, why) in itertools.pairwise(floors) if new < old and not why]


def test_the_floor_of_coverage_is_the_one_on_record():
    floors = recorded_floors(RECORD.read_text(encoding="utf-8"))
    assert PROJECT["tool"]["coverage"]["report"]["fail_under"] == floors[-1][0]
    assert lowered_without_a_reason(floors) == []


def test_a_floor_that_was_lowered_without_a_reason_is_noticed():
    table = "| 2026-01-01 | 90 | first |\n| 2026-02-01 | 92 |  |\n| 2026-03-01 | 91 |  |\n"
    assert lowered_without_a_reason(recorded_floors(table)) == [91]
    assert lowered_without_a_reason(recorded_floors(table.replace("91 | ", "91 | x"))) == []


def test_the_hooks_of_git_are_the_tools_of_make_check():
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    check = makefile[makefile.index("\ncheck:") : makefile.index("\nformat:")]
    config = YAML(typ="safe").load(
        (PROJECT_ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    )
    (repository,) = config["repos"]
    assert repository["repo"] == "local", "a hook that is fetched fails offline"
    tools = set(re.findall(r"\$\(VENV\)/(\w+)", check))
    assert tools == {"ruff", "mypy", "sqlfluff"}
    hooked = {re.sub(r"^\.venv/bin/(\w+).*", r"\1", hook["entry"]) for hook in repository["hooks"]}
    assert hooked >= tools
    assert {hook["language"] for hook in repository["hooks"]} == {"system"}


def large_files(root: Path) -> list[str]:
    """Files that git keeps, or is about to, and that are better made than kept."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip(f"not a repository of git: {listed.stderr.strip()}")
    paths = [root / name for name in listed.stdout.split("\0") if name]
    return [
        path.relative_to(root).as_posix()
        for path in paths
        if path.is_file() and path.stat().st_size > LARGEST_KB * 1024
    ]


def test_no_file_of_the_repository_is_large():
    assert large_files(PROJECT_ROOT) == []


def test_a_large_file_is_noticed(tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "大.csv").write_bytes(b"\0" * (LARGEST_KB * 1024 + 1))
    (tmp_path / "small.csv").write_bytes(b"1")
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    assert large_files(tmp_path) == ["大.csv"]
