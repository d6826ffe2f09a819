"""The languages of the product, and the one that messages to a user are in.

Needs nothing but Python itself, because messages are written before any package is installed. Pages
have a language of their own (``pipeline.wording.texts``): what is published never depends on who
builds it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
# What decides on the language of messages by POSIX: the first of them that is set.
LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
OPTION = "--language"

_chosen: Language | None = None


def message_language() -> Language:
    """The language of messages: as chosen, else Chinese in a Chinese locale, English elsewhere."""
    return _chosen or _language_of_locale()


def asked_language(arguments: list[str]) -> Language | None:
    """The language that a command line asks for; None where it asks for none that there is."""
    name = ""
    for argument, following in zip(arguments, [*arguments[1:], ""]):  # noqa: B905 - Python 3.9
        if argument == OPTION:
            name = following
        elif argument.startswith(f"{OPTION}="):
            name = argument.partition("=")[2]
    return next((language for language in LANGUAGES if language == name), None)


@contextmanager
def messages_in(language: Language | None) -> Iterator[None]:
    """Write messages in a language for a while.

    Args:
        language: The language; None leaves it to the locale.
    """
    global _chosen
    before, _chosen = _chosen, language
    try:
        yield
    finally:
        _chosen = before


def _language_of_locale() -> Language:
    set_ones = (os.environ.get(variable) for variable in LOCALE_VARIABLES)
    name = next(filter(None, set_ones), None) or _language_of_windows()
    return "zh" if name.casefold().startswith("zh") else "en"


def _language_of_windows() -> str:
    """Locale of the user's desktop, for example ``zh_CN``; empty on other systems."""
    if sys.platform != "win32":
        return ""
    import ctypes
    import locale

    identifier = ctypes.windll.kernel32.GetUserDefaultUILanguage()
    return locale.windows_locale.get(identifier, "")
