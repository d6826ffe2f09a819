"""The invented county of ``example_dossier`` for every test that asks for one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from example_dossier import Dossier


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    return Dossier(tmp_path / "workspace")


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    made = Dossier(tmp_path_factory.mktemp("published_once"))
    assert made.build()
    return made


@pytest.fixture
def published(published_once: Dossier, tmp_path: Path) -> Dossier:
    """An invented dossier that has been published, in a folder that the test may spoil."""
    shutil.copytree(published_once.workspace.root, tmp_path / "published")
    return Dossier.at(tmp_path / "published")
