"""Files that are made from code alone, kept so that they need not be made anew for every build.

They lie in the project's own folder, not in a workspace: whoever can write there can change the
code as well. What cannot be kept, in an installation that is read-only for instance, is made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

from pipeline.core.workspace import PROJECT_ROOT

KEPT = PROJECT_ROOT / ".cache"
# Of a kind; more than one, for who goes back and forth between two states of the code.
VERSIONS = 8


def read_kept(kind: str, key: str) -> bytes | None:
    """Read a file that was kept.

    Args:
        kind: What sort of file it is.
        key: Checksum of everything that it was made from.

    Returns:
        Its content, or None where it was not kept or was damaged since.
    """
    try:
        digest, _, content = _path_of(kind, key).read_bytes().partition(b"\n")
    except OSError:
        return None
    return content if digest == _digest(content) else None


def keep(kind: str, key: str, content: bytes) -> None:
    """Keep a file, and remove all but the newest of its kind.

    Args:
        kind: What sort of file it is.
        key: Checksum of everything that it was made from.
        content: The file.
    """
    path = _path_of(kind, key)
    with contextlib.suppress(OSError):  # read-only, full, or another build does the same
        path.parent.mkdir(parents=True, exist_ok=True)
        written = path.with_name(f".{key}.{os.getpid()}")
        try:
            written.write_bytes(_digest(content) + b"\n" + content)
            written.replace(path)  # whole or not at all, whoever reads meanwhile
        finally:
            written.unlink(missing_ok=True)
        files = sorted(path.parent.iterdir(), key=lambda file: file.stat().st_mtime)
        for old in files[:-VERSIONS]:
            old.unlink(missing_ok=True)


def _path_of(kind: str, key: str) -> Path:
    return KEPT / kind / key


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
