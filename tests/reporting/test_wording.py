"""Texts of pages: in both languages, with the same placeholders, and safe in markup."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from markupsafe import Markup
from ruamel.yaml import YAML

from pipeline.core.workspace import PROJECT_ROOT
from pipeline.reporting.notebooks import NOTEBOOKS, read_notebook
from pipeline.wording.errors import ReportError, UnknownLabelError
from pipeline.wording.labels import LABELS_FILE
from pipeline.wording.texts import (
    HAN,
    TEXTS_FILE,
    chinese,
    in_sentence,
    join,
    language,
    mark_chinese,
    say,
    speak,
    speaking,
)

Forms = dict[str, str]


def entries(text: str) -> Iterator[tuple[str, Forms]]:
    for section, names in YAML(typ="safe").load(text).items():
        for name, forms in names.items():
            # a refusal's phrase is English itself, and is what English pages say
            yield (
                f"{section}.{name}",
                {"zh": forms, "en": name} if isinstance(forms, str) else forms,
            )


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def faults(text: str) -> list[str]:
    """What is wrong with a table of labels or texts."""
    found = []
    for key, forms in entries(text):
        if not {"zh", "en"} <= set(forms) <= {"zh", "en", "one"}:
            found.append(f"{key}: has {sorted(forms)}")
            continue
        if len({frozenset(placeholders(form)) for form in forms.values()}) > 1:
            found.append(f"{key}: placeholders differ")
        if any(HAN.search(form) for name, form in forms.items() if name != "zh"):
            found.append(f"{key}: Chinese in English")
        # units stand behind a number that is written elsewhere
        if (
            "one" in forms
            and not key.startswith("unit.")
            and "count" not in placeholders(forms["zh"])
        ):
            found.append(f"{key}: a singular without a count")
    return found


@pytest.mark.parametrize("file", [LABELS_FILE, TEXTS_FILE], ids=lambda file: file.name)
def test_every_entry_has_both_languages_and_the_same_placeholders(file: Path) -> None:
    assert faults(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        pytest.param("{zh: 现状}", "s.n: has ['zh']", id="no-english"),
        pytest.param("{en: now}", "s.n: has ['en']", id="no-chinese"),
        pytest.param(
            "{zh: '{a}个', en: '{b} places'}", "s.n: placeholders differ", id="other-name"
        ),
        pytest.param("{zh: 现状, en: 现 now}", "s.n: Chinese in English", id="han"),
        pytest.param("{zh: 一, en: x, one: y}", "s.n: a singular without a count", id="singular"),
    ],
)
def test_a_planted_fault_in_a_table_is_found(entry: str, fault: str) -> None:
    assert faults(f"s:\n  n: {entry}\n") == [fault]


def chinese_literals(source: str) -> list[str]:
    """Chinese in the strings of code; what docstrings tell developers is not on pages."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and HAN.search(node.value)
    ]


PAGES = PROJECT_ROOT / "pipeline" / "reporting"
CODE = [*sorted(TEXTS_FILE.parent.glob("*.py")), *sorted(PAGES.glob("*.py"))]
# the page of Great Expectations is one for both languages, in the words of that tool
TEMPLATES = [
    path for path in sorted((PAGES / "page").rglob("*.j*")) if path.parent.name != "expectations"
]


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
def test_code_of_reports_holds_no_chinese_words_of_its_own(path: Path) -> None:
    assert chinese_literals(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_and_scripts_hold_no_chinese_words_of_their_own(path: Path) -> None:
    assert HAN.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.name)
def test_code_of_notebooks_holds_no_chinese_words_of_its_own(path: Path) -> None:
    cells = read_notebook(path).cells
    assert not any(chinese_literals(cell.source) for cell in cells if cell.cell_type == "code")


def test_a_planted_chinese_literal_is_found_and_a_docstring_is_not() -> None:
    source = 'def f(x):\n    """说明"""\n    return f"{x}个" + "places"\n'
    assert chinese_literals(source) == ["个"]


KEY = re.compile(r"""f?["']([a-z_]+)\.([a-z_0-9{}]+)["']""")
SAID = re.compile(r"""\bsay\(\s*["']([a-z_0-9]+\.[a-z_0-9]+)["']""")


def sources() -> str:
    """Everything that may say a text."""
    package = PROJECT_ROOT / "pipeline"
    paths = [*package.rglob("*.py"), *package.rglob("*.j2")]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def text_keys() -> list[str]:
    return [key for key, _ in entries(TEXTS_FILE.read_text(encoding="utf-8"))]


def unused(keys: list[str], source: str) -> list[str]:
    """Keys that nothing names; a name that is filled in may be any of its section."""
    named = {f"{section}.{'*' if '{' in name else name}" for section, name in KEY.findall(source)}
    return [key for key in keys if not {key, f"{key.partition('.')[0]}.*"} & named]


def unknown(keys: list[str], source: str) -> list[str]:
    """Texts that are said but stand nowhere."""
    return sorted(set(SAID.findall(source)) - set(keys))


def test_every_text_is_used_and_every_text_that_is_said_is_there() -> None:
    assert unused(text_keys(), sources()) == []
    assert unknown(text_keys(), sources()) == []


def test_a_planted_text_that_nothing_says_or_that_is_nowhere_is_found() -> None:
    source = """say("a.x"), say(f"b.{name}"), f('c.x' if y else 'c.y'), say(\n    "a.z")"""
    keys = ["a.x", "a.y", "b.z", "c.x", "c.y"]
    assert unused(keys, source) == ["a.y"]
    assert unknown(keys, source) == ["a.z"]


def test_chinese_is_spoken_first_and_a_language_is_spoken_for_a_while() -> None:
    assert (language(), say("page.overview")) == ("zh", "总览")
    with speaking("en"):
        assert (language(), say("page.overview")) == ("en", "Overview")
    assert language() == "zh"


def test_a_language_that_reports_do_not_speak_is_refused() -> None:
    with pytest.raises(ReportError, match=r"'fr'.*zh and en"):
        speak("fr")


def test_a_text_that_nobody_wrote_is_an_error_that_says_where_to_add_it() -> None:
    with pytest.raises(UnknownLabelError, match=r"(?s)page 'nonsense'.*under page: .*texts\.yml"):
        say("page.nonsense")


def test_a_text_with_markup_in_it_is_markup_and_its_other_values_are_escaped() -> None:
    plain = say("value.missing", missing="<b>", reason="x")
    assert (plain, isinstance(plain, Markup)) == ("<b>：x", False)
    marked = say("value.missing", missing="<b>", reason=Markup("<i>x</i>"))
    assert marked == Markup("&lt;b&gt;：<i>x</i>")
    assert isinstance(marked, Markup)


def test_chinese_on_english_pages_is_marked_as_such_and_escaped() -> None:
    assert chinese("甲镇<script>") == "甲镇<script>"
    with speaking("en"):
        assert chinese("甲镇<script>") == Markup('<span lang="zh">甲镇&lt;script&gt;</span>')
        assert chinese("no Han <") == "no Han <"


def test_chinese_words_within_english_are_marked_one_by_one() -> None:
    assert mark_chinese("2 areas (甲镇 1 + 乙、丙 2) < 4") == "2 areas (甲镇 1 + 乙、丙 2) < 4"
    with speaking("en"):
        assert mark_chinese("2 areas (甲镇 1 + 乙、丙 2) < 4") == Markup(
            '2 areas (<span lang="zh">甲镇</span> 1 + <span lang="zh">乙、丙</span> 2) &lt; 4'
        )


def test_parts_are_joined_as_each_language_does() -> None:
    assert join("items", ["甲", "乙"]) == "甲、乙"
    with speaking("en"):
        assert join("items", ["a", "b"]) == "a, b"
        assert join("items", ["<", chinese("乙")]) == Markup('&lt;, <span lang="zh">乙</span>')


def test_a_label_within_a_sentence_begins_small_in_english() -> None:
    assert in_sentence("每千人口托位数") == "每千人口托位数"
    with speaking("en"):
        assert in_sentence("Places per 1,000 residents") == "places per 1,000 residents"
        assert isinstance(in_sentence(Markup("At least <b>4.50</b>")), Markup)
