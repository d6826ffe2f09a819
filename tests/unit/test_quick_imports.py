"""What imports leave out or put off is there for whoever needs it afterwards."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import pytest

from pipeline.core import quick_imports as module
from pipeline.core.quick_imports import quick_imports
from pipeline.core.workspace import PROJECT_ROOT

PROGRAM = """
import sys
from pipeline.core.quick_imports import quick_imports
with quick_imports():
    import great_expectations
    from dbt.cli.main import dbtRunner
large = {"rfc3987_syntax", "altair", "scipy.stats"}
assert not large & set(sys.modules), large & set(sys.modules)
import altair, rfc3987_syntax, scipy.stats
assert scipy.stats.norm.cdf(0) == 0.5
assert altair.Chart and rfc3987_syntax.is_valid_syntax("iri", "https://example.invalid")
"""


def test_the_large_libraries_do_without_their_unused_parts():
    subprocess.run([sys.executable, "-c", PROGRAM], cwd=PROJECT_ROOT, check=True)


@pytest.fixture
def seldom_used(tmp_path, monkeypatch) -> str:
    (tmp_path / "seldom_used.py").write_text("answer = 42\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(module, "SELDOM_USED", ("seldom_used",))
    yield "seldom_used"
    sys.modules.pop("seldom_used", None)


def test_a_part_that_was_put_off_is_imported_when_it_is_asked(seldom_used):
    with quick_imports():
        import seldom_used as put_off
    assert seldom_used not in sys.modules
    assert put_off.answer == 42
    assert type(sys.modules[seldom_used]) is ModuleType
    with pytest.raises(AttributeError):
        _ = put_off.question


def test_a_part_that_is_asked_at_once_is_imported_at_once(seldom_used):
    with quick_imports():
        import seldom_used as put_off

        assert put_off.answer == 42
        assert type(sys.modules[seldom_used]) is ModuleType
    assert seldom_used in sys.modules


def test_a_part_that_is_unused_is_as_good_as_not_installed(monkeypatch):
    monkeypatch.setattr(module, "UNUSED", "colorsys")
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with quick_imports(), pytest.raises(ImportError):
        import colorsys
    import colorsys

    assert colorsys.rgb_to_hsv(0, 0, 0) == (0, 0, 0)
