"""What is said where Spark cannot run, before anything is built."""

from __future__ import annotations

import pytest

from pipeline import __main__
from pipeline.cli import main
from pipeline.modelling.spark import requirements


def _fake_java(folder, version: str):
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-01-01' >&2\n")
    java.chmod(0o755)


def test_missing_packages_are_a_usage_error_that_says_what_to_do(dossier, monkeypatch, capsys):
    monkeypatch.setattr(requirements, "PACKAGES", ("pyspark_that_is_not_there",))
    root = dossier.workspace.root
    assert main(["build", "--engine", "spark", "--workspace", str(root)]) == 2
    shown = capsys.readouterr().err
    for part in ("no pyspark_that_is_not_there", "expected:", "setup --engine spark"):
        assert part in shown
    assert not (root / "marts").exists()


@pytest.mark.parametrize(
    ("version", "said"), [("11.0.2", "Java 11"), ("1.8.0_292", "Java 8"), (None, "no java")]
)
def test_java_that_is_missing_or_too_old_is_told(tmp_path, monkeypatch, version, said):
    monkeypatch.setattr(requirements, "PACKAGES", ("json",))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    if version is not None:
        _fake_java(tmp_path, version)
    lack = requirements.find_lack()
    assert lack is not None
    for part in (said, "Java 17 or newer", "apt install openjdk-17-jre-headless"):
        assert part in str(lack)


@pytest.mark.parametrize("version", ["17.0.15", "21"])
def test_java_that_is_new_enough_will_do(tmp_path, monkeypatch, version):
    monkeypatch.setattr(requirements, "PACKAGES", ("json",))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    _fake_java(tmp_path, version)
    assert requirements.find_lack() is None


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["build", "--engine", "spark"], True),
        (["setup", "--engine=spark"], True),
        (["build", "--engine", "duckdb"], False),
        (["inspect", "spark"], False),
    ],
)
def test_packages_for_spark_are_installed_only_when_asked_for(arguments, expected):
    assert __main__._asks_for_spark(arguments) is expected
