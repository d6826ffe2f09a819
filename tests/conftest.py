"""What tests of every folder ask for: an invented county, and which tests a run leaves out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from copied_models import models_copied_from
from example_dossier import Dossier
from made_once import made_once

LAST_SKIPPED = "project/skipped"  # in pytest's cache
# They build the whole pipeline, so a test that asks for one is no test for `make test-fast`.
BUILT = {"published_once", "published", "shipped", "built"}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("project")
    group.addoption(
        "--long", action="store_true", help="run also what takes long, as .ci/run does in the end"
    )
    group.addoption(
        "--last-skipped", action="store_true", help="run only what the run before skipped"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if BUILT.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.integration)
        if item.get_closest_marker("long") and not config.getoption("long"):
            item.add_marker(pytest.mark.skip(reason="takes long: pytest --long, as .ci/run does"))
    if config.getoption("last_skipped"):
        skipped = set(config.cache.get(LAST_SKIPPED, []))
        left_out = [item for item in items if item.nodeid not in skipped]
        items[:] = [item for item in items if item.nodeid in skipped]
        config.hook.pytest_deselected(items=left_out)


class LastSkipped:
    """Keeps which tests a run skipped, for the next with ``--last-skipped``."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped.append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.config.cache.set(LAST_SKIPPED, self.skipped)


def pytest_configure(config: pytest.Config) -> None:
    # workers send their reports to one process; pytest may have been told to keep no cache
    if not hasattr(config, "workerinput") and hasattr(config, "cache"):
        config.pluginmanager.register(LastSkipped(config))


# Messages follow the locale; what tests expect of them is English, in child processes as well.
os.environ["LC_ALL"] = "C.UTF-8"


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    return Dossier(tmp_path / "workspace")


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Dossier:
    """An invented dossier that has been published. Read only: the processes of a run share it."""
    root = made_once(
        tmp_path_factory, worker_id, "published_once", lambda root: Dossier(root).build()
    )
    return Dossier.at(root)


@pytest.fixture
def published(published_once: Dossier, tmp_path: Path) -> Dossier:
    """An invented dossier that has been published, in a folder that the test may spoil."""
    shutil.copytree(published_once.workspace.root, tmp_path / "published")
    return Dossier.at(tmp_path / "published")


@pytest.fixture
def copied_models(published_once: Dossier) -> Iterator[None]:
    """Builds of the test copy their marts instead of running the models."""
    with models_copied_from(published_once.workspace):
        yield
