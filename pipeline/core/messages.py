"""Messages to a user: a code and parameters, put into words only where somebody reads them."""

from __future__ import annotations

import functools
import string
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline.language import Language, message_language

MESSAGES_FILE = Path(__file__).parent / "messages.yml"
PARTS = ("found", "expected", "next_step")
Words = str | Mapping[str, str]  # the same in all languages, or by language


class Message:
    """What is said to a user.

    Attributes:
        code: Section and name of an entry of ``messages.yml``, such as ``entry.unknown_column``.
        values: What its placeholders stand for: text and numbers, which are shown as they are;
            messages, which are shown in the reader's language; and lists of these.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        """Keep code and parameters; they are put into words by ``str``."""
        self.code, self.values = code, values

    def __str__(self) -> str:
        """The whole message in the language of messages, a line for each of its parts."""
        return self.in_language(message_language())

    def __repr__(self) -> str:
        """For a debugger."""
        return f"Message({self.code!r}, **{self.values!r})"

    def __eq__(self, other: object) -> bool:
        """Messages that say the same are equal."""
        return isinstance(other, Message) and repr(self) == repr(other)

    def __hash__(self) -> int:
        """Equal for equal messages."""
        return hash(repr(self))

    def in_language(self, language: Language) -> str:
        """The whole message in one language.

        Raises:
            KeyError: ``messages.yml`` has no such entry, or the message lacks a parameter of it.
        """
        entry = load_messages()[self.code]
        if not has_parts(entry):
            return self._filled(entry, language)
        parts = {name: self._filled(words, language) for name, words in entry.items()}
        lines = words_in(load_messages()["layout.parts"], language).splitlines()
        # A part that an entry does not have takes no line of the layout.
        return "\n".join(line.format(**parts) for line in lines if placeholders(line) <= set(parts))

    def part(self, name: str) -> str:
        """One part in the language of messages: ``found``, ``expected`` or ``next_step``."""
        return self._filled(load_messages()[self.code][name], message_language())

    def _filled(self, words: Words, language: Language) -> str:
        return _Filler(language).vformat(words_in(words, language), (), self.values)


class _Filler(string.Formatter):
    """Fills placeholders as ``str.format`` does; ``!r`` quotes text as the language does."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language

    def convert_field(self, value: Any, conversion: Any) -> Any:
        if isinstance(value, list | tuple):
            return [self.convert_field(item, conversion) for item in value]
        if conversion != "r" or not isinstance(value, str | Message):
            return super().convert_field(value, conversion)
        shown = repr(self.format_field(value, ""))  # shows control characters, too
        return shown if self._language == "en" else f"“{shown[1:-1]}”"

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Message):
            return value.in_language(self._language)
        if isinstance(value, list | tuple):
            joint = load_messages()[f"layout.{format_spec or 'items'}"]
            between = words_in(joint, self._language)
            return between.join(self.format_field(item, "") for item in value)
        return str(super().format_field(value, format_spec))


Text = str | Message  # what is shown as it is, or in the reader's language


def placeholders(text: str) -> set[str]:
    """Names of the parameters that a text takes."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def words_in(words: Words, language: Language) -> str:
    """The text of words in a language."""
    return words if isinstance(words, str) else words[language]


def has_parts(entry: Any) -> bool:
    """Whether an entry of ``messages.yml`` has parts; else it is words."""
    return not isinstance(entry, str) and not set(PARTS).isdisjoint(entry)


@functools.cache
def load_messages() -> dict[str, Any]:
    """Code -> words; of a message of several parts: code -> part -> words."""
    sections: Mapping[str, Mapping[str, Any]] = YAML(typ="safe").load(MESSAGES_FILE)
    return {
        f"{section}.{name}": entry
        for section, entries in sections.items()
        for name, entry in entries.items()
    }


def listed(words: Iterable[str]) -> list[str] | Message:
    """Words in order, each once, for a message; or that there are none."""
    return sorted(set(words)) or Message("layout.none")
