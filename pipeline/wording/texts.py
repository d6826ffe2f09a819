"""What pages say, in the language that is spoken: Chinese first, English second."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from ruamel.yaml import YAML

from pipeline.core.messages import Message
from pipeline.language import LANGUAGES
from pipeline.values.shown import Count, Figure, Ordinal, is_marking, place_of
from pipeline.wording.errors import ReportError, UnknownLabelError

TEXTS_FILE = Path(__file__).parent / "texts.yml"
HAN = re.compile(r"[\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Chinese words with the marks between them
HAN_RUN = re.compile(rf"({HAN.pattern}(?:[、，。；：（）《》“”·]*{HAN.pattern})*)")

_spoken: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


def speak(language: str) -> None:
    """Set the language of all labels, texts, numbers and dates from here on.

    Raises:
        ReportError: There is no such language.
    """
    if language not in LANGUAGES:
        raise ReportError(Message("report.no_language", language=language, known=LANGUAGES))
    _spoken.set(language)


def language() -> str:
    """The language that is spoken: ``zh`` or ``en``."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language for a while.

    Raises:
        ReportError: There is no such language.
    """
    before = _spoken.get()
    speak(language)
    try:
        yield
    finally:
        _spoken.set(before)


def say(key: str, **values: str | Figure | Count | Ordinal) -> str:
    """A text of ``texts.yml`` in the language that is spoken.

    Args:
        key: Section and name, such as ``headline.known``.
        values: What the placeholders of the text stand for. ``count`` decides whether English
            takes the singular (``one``), where the text has one.

    Returns:
        Plain text, which whoever shows it escapes; where a value is markup it is markup too, and
        the other values are escaped in it.

    Raises:
        UnknownLabelError: There is no such text.
    """
    section, _, name = key.partition(".")
    try:
        forms = _load_texts()[section][name]
    except KeyError:
        raise UnknownLabelError(section, name, "pipeline/wording/texts.yml") from None
    text = forms[language()]
    if language() == "en" and values.get("count") == 1:
        text = forms.get("one", text)
    shown = {
        name: value if isinstance(value, str) else mark_number(str(value), value)
        for name, value in values.items()
    }
    if any(isinstance(value, Markup) for value in shown.values()):
        return escape(text).format(**shown)
    return text.format(**shown)


def mark_number(text: str, value: float, scale: str = "") -> str:
    """A number as pages write it, with where it stands in the marts as an attribute.

    Args:
        text: The number in words of a page, with its ``%`` if it has one.
        value: The number.
        scale: ``*100`` where the text counts in percentage points.

    Returns:
        Markup while pages are made, ``#`` standing for what is no figure of a mart: how many
        things are listed, or a number that names something. Else the text as it is.
    """
    if not is_marking():
        return text
    return Markup('<data value="{}{}">{}</data>').format(place_of(value) or "#", scale, text)


def mark_figure(text: str, value: float, scale: str = "") -> str:
    """The same of a figure, which stands in a mart; ``?`` where it has lost where."""
    if is_marking() and place_of(value) is None:
        return Markup('<data value="?">{}</data>').format(text)
    return mark_number(text, value, scale)


def chinese(text: str) -> str:
    """Text that stays Chinese on every page, such as the name of a region or a document.

    On an English page it is marked as Chinese, so that a screen reader pronounces it so.
    """
    if language() == "zh" or not HAN.search(text):
        return text
    return Markup('<span lang="zh">{}</span>').format(text)


def mark_chinese(text: str) -> str:
    """The same of the Chinese words in a text that is otherwise of the language that is spoken."""
    if language() == "zh":
        return text
    pieces = HAN_RUN.split(text)
    return Markup("").join(chinese(piece) for piece in pieces)


def in_language(row: Mapping[str, Any], column: str) -> str:
    """A text that a mart holds in Chinese, and in English under the same name with ``_en``."""
    return str(row[column if language() == "zh" else f"{column}_en"])


def join(separator: str, parts: Iterable[str]) -> str:
    """Join texts; the result is markup where one of them is.

    Args:
        separator: Name of a text under ``separator`` in ``texts.yml``, such as ``items``.
        parts: Text or markup.
    """
    between, shown = say(f"separator.{separator}"), list(parts)
    if any(isinstance(part, Markup) for part in shown):
        return escape(between).join(shown)
    return between.join(shown)


def in_sentence(words: str) -> str:
    """A label as it stands within a sentence: English begins small."""
    if language() == "en" and words[1:2].islower():
        return words[:1].lower() + words[1:]
    return words


@functools.cache
def _load_texts() -> dict[str, dict[str, dict[str, str]]]:
    """Section -> name -> language -> text."""
    texts: dict[str, dict[str, dict[str, str]]] = YAML(typ="safe").load(TEXTS_FILE)
    return texts
