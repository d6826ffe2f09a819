"""Programs that only some tests need: where one is missing, those are skipped and say so.

``REQUIRE_BROWSER``, ``REQUIRE_OFFICE`` and ``REQUIRE_SPARK``, set to anything, turn skipping into a
failure: where everything was installed, a test must not vanish.
"""

from __future__ import annotations

import os

import pytest


def require(lack: str | None, name: str) -> None:
    """Skip the test, or fail it if the environment requires what it needs.

    Args:
        lack: What is missing and how to get it; None for nothing.
        name: Of the variable ``REQUIRE_<name>``.
    """
    if lack is None:
        return
    if os.environ.get(f"REQUIRE_{name}"):
        pytest.fail(lack)
    pytest.skip(lack)
