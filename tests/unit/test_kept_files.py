"""What is kept is read back whole or not at all, and never keeps a build from going on."""

from __future__ import annotations

import os

import pytest

from pipeline.core import kept_files
from pipeline.core.kept_files import VERSIONS, keep, read_kept


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_files, "KEPT", tmp_path / "kept")
    return tmp_path / "kept"


def test_a_file_is_read_back():
    assert read_kept("pages", "a") is None
    keep("pages", "a", b"one\ntwo\n")
    assert read_kept("pages", "a") == b"one\ntwo\n"
    assert read_kept("pages", "b") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content.replace(b"one", b"two"),
        lambda content: content[70:],
        lambda content: b"",
    ],
    ids=["truncated", "changed", "headless", "empty"],
)
def test_a_damaged_file_is_as_good_as_none(folder, damage):
    keep("pages", "a", b"one")
    path = folder / "pages" / "a"
    path.write_bytes(damage(path.read_bytes()))
    assert read_kept("pages", "a") is None


def test_a_folder_that_cannot_be_written_is_no_trouble(folder):
    folder.write_text("a file where the folder should be")
    keep("pages", "a", b"one")
    assert read_kept("pages", "a") is None


def test_the_newest_files_of_a_kind_stay(folder):
    for number in range(VERSIONS + 3):
        keep("pages", str(number), b"")
        os.utime(folder / "pages" / str(number), (number, number))
    keep("others", "0", b"")
    assert {path.name for path in (folder / "pages").iterdir()} == {
        str(number) for number in range(3, VERSIONS + 3)
    }
    assert read_kept("others", "0") == b""
