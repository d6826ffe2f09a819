"""Whatever a user is told is a code and parameters, with words in Chinese and English."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from check_codes import codes_of_checks
from ruamel.yaml import YAML

from pipeline import environment
from pipeline.cli import main
from pipeline.core.errors import Problem, SourceProblemsError, UsageError
from pipeline.core.messages import (
    MESSAGES_FILE,
    PARTS,
    Message,
    has_parts,
    load_messages,
    placeholders,
)
from pipeline.core.workspace import PROJECT_ROOT
from pipeline.dossier_files.corrections_file import CorrectionEntry
from pipeline.dossier_files.sources_file import DossierFile, ReadOptions, SourceEntry, Unpivot
from pipeline.language import LANGUAGES, LOCALE_VARIABLES, message_language, messages_in
from pipeline.shaping.findings import RefusalCode
from pipeline.wording.texts import HAN

MODULES = sorted((PROJECT_ROOT / "pipeline").rglob("*.py"))
# In English a column or contract goes by its name, which is an English word already.
ONE_LANGUAGE_TAKES_LESS = {"name.titled"}
# Parts that name what they found beside the layouts that `!r`, `:all` and the like ask for.
LAYOUT = {"layout.parts", "layout.problem"}
# Sections that have words for every code of a list, by which the code is put together.
SECTIONS_OF_CODES = {
    "refusal": get_args(RefusalCode),
    "refusal_step": get_args(RefusalCode),
    "check": codes_of_checks(),
}
EXAMPLES = {"help.title"}  # shows a Chinese name in English words
# What is written into files of a dossier and into workbooks to fill in, not told to a user.
WRITTEN_INTO_FILES = {"start.py", "preview.py", "templates"}


def texts_of(entry: object) -> list[dict[str, str] | str]:
    """The words of an entry, one item a part."""
    return list(entry.values()) if has_parts(entry) else [entry]


def words_of(code: str, language: str) -> list[str]:
    texts = texts_of(load_messages()[code])
    return [text if isinstance(text, str) else text[language] for text in texts]


def messages_in_code() -> Iterator[tuple[str, str, set[str]]]:
    """Place, code and parameters of every message that is made somewhere."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message":
                place = f"{path.relative_to(PROJECT_ROOT)}:{node.lineno}"
                if made_from_codes(node.args[0]):
                    continue
                assert isinstance(node.args[0], ast.Constant), f"{place}: no code"
                assert all(keyword.arg for keyword in node.keywords), f"{place}: **"
                yield place, node.args[0].value, {keyword.arg for keyword in node.keywords}


def made_from_codes(code: ast.AST) -> bool:
    """Whether a code is a section with a code of a list that another test compares with words."""
    return (
        isinstance(code, ast.JoinedStr)
        and isinstance(code.values[0], ast.Constant)
        and code.values[0].value.removesuffix(".") in SECTIONS_OF_CODES
    )


def test_every_code_is_used_and_every_used_code_has_words():
    used = {code for _, code, _ in messages_in_code()} | LAYOUT
    used |= {f"{section}.{code}" for section, codes in SECTIONS_OF_CODES.items() for code in codes}
    joints = {
        f"layout.{spec}"
        for code in load_messages()
        for text in words_of(code, "en")
        for spec in re.findall(r"{\w+:([a-z]+)}", text)
    }
    assert used | joints | {"layout.items"} == set(load_messages())


def test_every_message_has_just_the_parameters_that_its_words_take():
    for place, code, given in messages_in_code():
        by_language = [
            set().union(*map(placeholders, words_of(code, language))) for language in LANGUAGES
        ]
        assert set().union(*by_language) == given, (place, code)
        if code not in ONE_LANGUAGE_TAKES_LESS:
            assert by_language[0] == by_language[1], (place, code)


def test_every_message_has_words_in_both_languages():
    keys = {
        name
        for model in (DossierFile, SourceEntry, ReadOptions, Unpivot, CorrectionEntry)
        for name in model.model_fields
    }
    for code, entry in load_messages().items():
        assert not has_parts(entry) or set(entry) <= set(PARTS), code
        for text in texts_of(entry):
            if isinstance(text, str):  # the same in all languages: keys, and commands to type
                bare = re.sub(r"{\w*[^}]*}|python -m pipeline.*|sources\.yml|null", "", text)
                assert set(re.findall(r"[^\W\d]\w*", bare)) <= keys, (code, text)
                continue
            assert set(text) == set(LANGUAGES), code
            assert all(text.values()), code
            assert code in EXAMPLES or not HAN.search(text["en"]), (code, text)
            own = re.sub(r"{\w*[^}]*}|true|false", "", text["zh"])
            is_code = text["zh"] == text["en"] or set(re.findall(r"[^\W\d]\w*", own)) <= keys
            assert HAN.search(text["zh"]) or is_code, (code, text)


def test_the_table_has_no_entry_twice():
    content = MESSAGES_FILE.read_text(encoding="utf-8")
    assert YAML(typ="safe").load(content)  # ruamel refuses a key that stands twice


# What reaches a user, and which of its arguments are words.
SINKS = {
    "write", "print", "add_row", "add_column", "Table", "show_progress", "timed",
    "debug", "info", "warning", "error", "exception", "EOFError", "BadZipFile", "CompDocError",
}  # fmt: skip
OWN_ERRORS = {
    node.name
    for path in MODULES
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
} | {"Problem"}
HELP = {"help", "description", "epilog"}
MARKUP = re.compile(r"\[/?bold\]")


def holds_words(node: ast.AST) -> bool:
    """Whether an expression is a text with words of its own, and not just values and signs."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return bool(HAN.search(node.value) or re.search(r"[A-Za-z]{2,}[,;:]? [A-Za-z]", node.value))
    if isinstance(node, ast.JoinedStr):
        own = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
        return bool(re.search(r"[^\W\d_]{2,}", MARKUP.sub("", own)))
    if isinstance(node, ast.BinOp):
        return holds_words(node.left) or holds_words(node.right)
    if isinstance(node, ast.IfExp):
        return holds_words(node.body) or holds_words(node.orelse)
    return False


def find_words_in_code(source: str, *, is_command: bool = False) -> list[int]:
    """Lines on which words for a user stand in the code."""
    tree = ast.parse(source)
    found = set()
    for function in [
        node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.FunctionDef)
    ]:
        named = {
            target.id
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and holds_words(node.value)
            for target in node.targets
            if isinstance(target, ast.Name) and isinstance(function, ast.FunctionDef)
        }
        for node in ast.walk(function):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
            is_sink = name in SINKS or name in OWN_ERRORS
            arguments = node.args if is_sink else []
            arguments = [*arguments, *(k.value for k in node.keywords if k.arg in HELP)]
            if any(
                holds_words(argument) or getattr(argument, "id", None) in named
                for argument in arguments
            ):
                found.add(node.lineno)
    if is_command:
        docstrings = {
            node.body[0].value
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
            and isinstance(node.body[0], ast.Expr)
        }
        found |= {
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and node not in docstrings
            and isinstance(node.value, str)
            and HAN.search(node.value)
        }
    return sorted(found)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROJECT_ROOT)))
def test_no_words_for_a_user_stand_in_the_code(path):
    is_command = "commands" in path.parts or path.name == "cli.py"
    is_command = is_command and WRITTEN_INTO_FILES.isdisjoint(path.parts)
    assert find_words_in_code(path.read_text(encoding="utf-8"), is_command=is_command) == []


@pytest.mark.parametrize(
    "line",
    [
        'raise UsageError("no such file")',
        'raise UsageError(f"{path}: missing")',
        'problems.append(Problem(place, f"{key}: wrong"))',
        'logger.warning("%s is damaged", folder)',
        'logger.info(f"loaded {number} sources")',
        'console.print(f"[bold]{number}[/bold] more")',
        'sys.stdout.write(f"报告 {page}")',
        'table = Table("read and checked", "")',
        'grid.add_row("sum of rows", value)',
        'parser.add_argument("--all", help="show every figure")',
        'show_progress(f"reading {file}")',
    ],
)
def test_a_text_in_the_code_is_noticed(line):
    assert find_words_in_code(f"def planted():\n    {line}\n") == [2]


def test_a_text_with_a_name_of_its_own_and_a_chinese_one_in_a_command_are_noticed():
    planted = 'def planted():\n    msg = f"{path} exists"\n    raise UsageError(msg)\n'
    assert find_words_in_code(planted) == [3]
    assert find_words_in_code('WORDS = {"date": "日期"}\n', is_command=True) == [1]
    fine = 'def fine():\n    """文件 file"""\n    console.print(f"[bold]{title}[/bold]: {text}")\n'
    assert find_words_in_code(fine, is_command=True) == []


def test_a_message_is_put_into_words_where_somebody_reads_it():
    problem = Problem(
        Message("place.sheet", file="示例/人口.xlsx", sheet="人口"),
        Message("sheet.unknown", sheet="a\x07", known=["甲", "乙"]),
    )
    assert str(problem) == (
        "示例/人口.xlsx, sheet 人口\n  found:    no sheet 'a\\x07'\n"
        "  expected: one of 甲, 乙\n  do next:  correct read: {sheet: ...} in sources.yml"
    )
    with messages_in("zh"):
        assert str(problem) == (
            "文件：示例/人口.xlsx，工作表 人口\n  写着：没有工作表 “a\\x07”\n"
            "  应当：下列之一：甲、乙\n  怎么办：改正 sources.yml 中的 read: {sheet: ...}"
        )
        assert (problem.found, problem.where) == (
            "没有工作表 “a\\x07”",
            "示例/人口.xlsx，工作表 人口",
        )
    assert problem.expected == "one of 甲, 乙"


def test_errors_keep_their_messages_from_process_to_process():
    problem = Problem("raw", Message("dossier.none"))
    for error in (SourceProblemsError([problem]), UsageError(Message("lookup.none"))):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        assert (type(again), str(again)) == (type(error), str(error))
        assert again.exit_status == error.exit_status


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        pytest.param({"LANG": "zh_CN.UTF-8"}, "zh", id="chinese"),
        pytest.param({"LANG": "C.UTF-8"}, "en", id="none"),
        pytest.param({}, "en", id="nothing-set"),
        pytest.param({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_TW"}, "zh", id="blank-is-unset"),
        pytest.param({"LC_ALL": "de_DE", "LANG": "zh_CN"}, "en", id="first-one-decides"),
    ],
)
def test_messages_follow_the_locale(monkeypatch, locale, language):
    for variable in LOCALE_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    for variable, value in locale.items():
        monkeypatch.setenv(variable, value)
    assert message_language() == language


@pytest.mark.parametrize("option", [["--language", "zh"], ["--language=zh"]])
def test_an_option_asks_for_a_language(tmp_path, capsys, option):
    at = ["--workspace", str(tmp_path)]
    assert main(["build", *at, *option]) == 2
    assert capsys.readouterr().err == (
        f"来源中有 1 个问题；未发布任何内容。\n\n[1] 文件：{tmp_path / 'raw'}\n"
        "  写着：没有含 sources.yml 的文件夹\n  应当：每个卷宗一个文件夹，内有 sources.yml\n"
        "  怎么办：在那里建文件夹，或用 --workspace 指定其他工作目录\n"
    )
    assert main(["build", *at]) == 2
    assert "no folder with a sources.yml" in capsys.readouterr().err


def test_help_and_wrong_languages_are_answered_in_words(capsys):
    with pytest.raises(SystemExit):
        main(["trace", "--help", "--language", "zh"])
    assert "直至单元格和机构" in capsys.readouterr().out
    with pytest.raises(SystemExit) as left:
        main(["build", "--language", "fr"])
    assert left.value.code == 2
    assert "'fr'" in capsys.readouterr().err


def test_what_is_written_before_any_package_is_there_has_both_languages():
    for name, words in environment.TEXTS.items():
        assert set(words) == set(LANGUAGES), name
        assert placeholders(words["zh"]) == placeholders(words["en"]), name
        assert HAN.search(words["zh"]), name
    used = set(re.findall(r'_text\("(\w+)"', Path(environment.__file__).read_text("utf-8")))
    assert used == set(environment.TEXTS)
