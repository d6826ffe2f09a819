"""A full disk and one that may not be written to: a message, and the published set stays.

On a disk of its own in memory, which needs the rights to mount one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from example_dossier import Dossier
from whole_sets import require_one_whole_set, run_build

from pipeline.core.workspace import Workspace

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="mounts a disk of Linux"),
]


class Disk:
    """A small disk with the workspace of a small county."""

    def __init__(self, root: Path) -> None:
        root.mkdir()
        self.root = root
        mounted = self._mount("-t", "tmpfs", "-o", "size=500m", "tmpfs")
        if mounted.returncode != 0:
            pytest.skip(f"needs the right to mount a disk: {mounted.stderr.strip()}")

    def _mount(self, *options: str) -> subprocess.CompletedProcess[str]:
        command = ["mount", *options, str(self.root)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def set(self, options: str) -> None:
        """Make it larger or smaller than it was, or read-only."""
        assert self._mount("-o", f"remount,{options}").returncode == 0

    @property
    def used(self) -> int:
        """Bytes."""
        return shutil.disk_usage(self.root).used

    def remove(self) -> None:
        subprocess.run(["umount", str(self.root)], check=True)


@pytest.fixture(scope="module")
def disk(tmp_path_factory) -> Iterator[Disk]:
    made = Disk(tmp_path_factory.mktemp("disks") / "disk")
    yield made
    made.remove()


@pytest.fixture(scope="module")
def workspace(disk, published_once) -> Workspace:
    """Published once, with a change that is not yet built."""
    workspace = Dossier(disk.root / "county").workspace
    assert run_build(workspace, marts_of=published_once.workspace)[0] == 0
    with next(iter(workspace.raw.glob("*/sources.yml"))).open("a") as file:
        file.write("# a change\n")
    return workspace


def require_told_and_kept(workspace: Workspace, marts_of: Dossier, what: str) -> None:
    """Build, which must fail for that reason, and leave what is published as it was."""
    published = require_one_whole_set(workspace)
    status, said = run_build(workspace, marts_of=marts_of.workspace)
    assert status == 1, said
    assert what in said
    assert "do next:" in said
    assert "Traceback" not in said
    assert require_one_whole_set(workspace) == published


def test_a_disk_that_may_not_be_written_to_is_told(disk, workspace, published_once):
    disk.set("ro")
    try:
        require_told_and_kept(workspace, published_once, "Read-only file system")
    finally:
        disk.set("rw")


@pytest.mark.parametrize("room", [0.02, 0.9])
def test_a_full_disk_is_told_and_nothing_is_lost(disk, workspace, published_once, room):
    free = int(room * workspace.warehouse.stat().st_size)
    disk.set(f"size={disk.used + free}")
    try:
        require_told_and_kept(workspace, published_once, "No space left on device")
    finally:
        disk.set("size=500m")


def test_a_build_with_too_little_memory_is_told(workspace):
    published = require_one_whole_set(workspace)
    status, said = run_build(workspace, CHILDCARE_MEMORY="20MB")
    assert status == 1, said
    assert "CHILDCARE_MEMORY" in said
    assert "Traceback" not in said
    assert require_one_whole_set(workspace) == published


def test_the_next_build_with_room_succeeds(workspace, published_once):
    published = require_one_whole_set(workspace)
    status, said = run_build(workspace, marts_of=published_once.workspace)
    assert status == 0, said
    assert require_one_whole_set(workspace) != published
