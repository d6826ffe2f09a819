"""Text from bytes whose encoding nobody wrote down.

What decides, in this order: a declaration, a byte-order mark, the zero bytes of UTF-16, well-formed
UTF-8, and at last which code page's reading resembles its languages most; two that do so about as
much are a refusal. The limits were measured on short tables and translated messages.
"""

from __future__ import annotations

import codecs
import io
import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from pipeline.core.messages import Message
from pipeline.reading import code_pages
from pipeline.reading.code_pages import REPLACEMENT, Reading
from pipeline.reading.errors import UnreadableFileError

_CHUNK = 64 * 1024
_SAMPLE = 1_000_000
_MOST_UNDECODABLE = 1_000_000  # more are no damage but another kind of file
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Control characters of binary content, and of the escapes of ISO-2022, which must be declared. Not
# among them: white space, the end mark of DOS, and what separates columns in exports of databases.
_CONTROLS = bytes({*range(32), 127} - {1, 9, 10, 11, 12, 13, 26, 28, 29, 30, 31})
_MOST_CONTROLS = 0.03  # of all bytes; of compressed data they are 8 %
_MARGIN = 5.0  # below it 1 choice in 5 was wrong, above it 1 in 1,000
_COMMON = -9.0  # mean weight above which there are characters of everyday words
_FLOOR = -9.5  # mean weight of a character; right readings had -9.6 at worst, Thai -10.3 at best


@dataclass(frozen=True)
class Detected:
    """An encoding, and why it is this one.

    Attributes:
        encoding: ``utf-8``, ``utf-16-le``, ``utf-16-be``, ``gb18030``, ``big5``, ``cp932``,
            ``euc-jp``, ``cp949``, ``windows-1252``, or as declared.
        confidence: 0 to 1; little text gives little.
        how: The evidence.
        undecodable: Number of U+FFFD in the whole text: one for each byte that does not fit, and
            those that an earlier loss left in the file. ``detect`` leaves it 0.
    """

    encoding: str
    confidence: float
    how: Message
    undecodable: int = 0

    @property
    def notes(self) -> tuple[Message, ...]:
        """What a person should know of it."""
        name, how = self.encoding, self.how
        note = Message("encoding.note", encoding=name, confidence=self.confidence, how=how)
        if not self.undecodable:
            return (note,)
        return note, Message("encoding.undecodable", number=self.undecodable)


@dataclass(frozen=True)
class Decoded(Detected):
    """Text without byte-order mark; U+FFFD stands for every byte that does not fit."""

    text: str = ""


def decode(
    content: bytes, declared: str | None = None, known_words: Collection[str] = ()
) -> Decoded:
    """Turn the bytes of a file into text.

    Args:
        content: The whole file; ``transcode`` serves those too large for that.
        declared: Encoding by its name; it is believed, whatever the bytes look like.
        known_words: Labels and terms that such files hold; those found are evidence.

    Raises:
        UnreadableFileError: The name is unknown, the content is not text, or its encoding cannot
            be told.
    """
    found = _find(_pieces(io.BytesIO(content)), declared, known_words)
    text = "".join(_texts(_pieces(io.BytesIO(content)), found.encoding))
    return Decoded(found.encoding, found.confidence, found.how, text.count(REPLACEMENT), text)


def transcode(
    path: Path, target: Path, declared: str | None = None, known_words: Collection[str] = ()
) -> Detected:
    """Write a text file of any size as UTF-8 without byte-order mark, in little memory.

    Line ends stay. Arguments and errors are those of ``decode``; after an error the target holds a
    part of the text.
    """
    with path.open("rb") as source:
        found = _find(_pieces(source), declared, known_words)
    undecodable = 0
    with path.open("rb") as source, target.open("wb") as sink:
        for text in _texts(_pieces(source), found.encoding):
            sink.write(text.encode("utf-8"))
            undecodable += text.count(REPLACEMENT)
    return replace(found, undecodable=undecodable)


def detect(sample: bytes, known_words: Collection[str] = ()) -> Detected:
    """Choose the encoding of a file by its beginning, which may end within a character.

    Raises:
        UnreadableFileError: The sample is not text, or its encoding cannot be told.
    """
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return Detected(encoding, 1.0, Message("encoding.mark"))
    if b"\0" in sample:
        return Detected(_byte_order(sample[:_CHUNK]), 0.95, Message("encoding.utf_16"))
    _refuse_controls(sample)
    if sample.isascii():
        return Detected("utf-8", 1.0, Message("encoding.ascii"))
    evidence = code_pages.words_beyond_ascii(sample, is_cut=len(sample) >= _SAMPLE)
    found = _as_utf_8(evidence)
    if found:
        return found
    candidates = code_pages.readings(evidence, known_words)
    return _as_little_utf_8(candidates, known_words) or _choose(candidates, evidence)


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: source.read(_CHUNK), b"")


def _find(pieces: Iterable[bytes], declared: str | None, words: Collection[str]) -> Detected:
    """Encoding of a file: as declared, else as its start and its pieces beyond ASCII show."""
    if declared:
        return _as_declared(declared, next(iter(pieces), b""))
    kept, size, is_wanted = [], 0, True
    for piece in pieces:
        if is_wanted or not piece.isascii():
            kept.append(piece)
            size += len(piece)
        is_wanted = not piece.isascii()  # its last character may end in the next piece
        if size >= _SAMPLE:
            break
    return detect(b"".join(kept), words)


def _as_declared(name: str, head: bytes) -> Detected:
    encoding = code_pages.canonical_name(name)
    if encoding is None:
        message = Message("encoding.unknown", name=ascii(name)[:50])
        raise UnreadableFileError(message, "configuration")
    if encoding in ("utf-16", "utf-32"):  # Python's own decoders of them insist on a mark
        marks = [known for mark, known in _MARKS if head.startswith(mark) and encoding in known]
        encoding = marks[0] if marks else f"{encoding}-le"
    return Detected(encoding, 1.0, Message("encoding.declared"))


def _byte_order(head: bytes) -> str:
    """UTF-16 of the byte order in which there are delimiters and line ends."""
    signs = re.compile('[\t\n\r",;]')
    little, big = (
        len(signs.findall(head.decode(order, "ignore"))) for order in ("utf-16-le", "utf-16-be")
    )
    # A few zero bytes in other text would make Chinese characters of all the rest of it.
    likely = len(signs.findall(head.decode("latin-1"))) / 4
    if max(little, big) < max(likely, 2 * min(little, big), 1):
        raise _not_text(Message("encoding.zero_bytes"))
    encoding = "utf-16-le" if little > big else "utf-16-be"
    _refuse_controls(head.decode(encoding, "ignore").encode("utf-8"))
    return encoding


def _refuse_controls(sample: bytes) -> None:
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > _MOST_CONTROLS * len(sample):
        raise _not_text(Message("encoding.controls"))


def _texts(pieces: Iterable[bytes], encoding: str) -> Iterator[str]:
    """Text piece by piece, without the byte-order mark."""
    undecodable, mark = 0, "\ufeff"
    try:
        for text in code_pages.decoded(pieces, encoding):
            if "\0" in text:
                raise _not_text(Message("encoding.zero_bytes"))
            undecodable += text.count(REPLACEMENT)
            if undecodable > _MOST_UNDECODABLE:
                most = _MOST_UNDECODABLE
                raise _not_text(Message("encoding.misfits", most=most, encoding=encoding))
            yield text.removeprefix(mark)
            mark = "" if text else mark
    except UnicodeError as error:  # decoders of escapes give up on some bytes
        raise _not_text(Message("encoding.impossible", encoding=encoding)) from error


def _not_text(found: Message) -> UnreadableFileError:
    return UnreadableFileError(Message("encoding.not_text", found=found))


def _as_utf_8(evidence: bytes) -> Detected | None:
    """UTF-8, if its characters outweigh the faults as they never do by chance."""
    text = code_pages.read(evidence, "utf-8")
    losses = evidence.count(REPLACEMENT.encode())  # bytes that no other encoding has in a word
    faults = text.count(REPLACEMENT) - losses
    # Two bytes of another encoding are a character of UTF-8 now and then, three are one seldom.
    good = sum(1 if letter < "\u0800" else 3 for letter in text if letter > "\x7f")
    good += 6 * losses - 3 * faults
    if good < 3 * faults + 6:
        return None
    confidence = good / (good + faults) * good / (good + 1)
    how = Message("encoding.nearly_utf_8") if faults else Message("encoding.utf_8")
    return Detected("utf-8", round(confidence, 2), how)


def _as_little_utf_8(candidates: list[Reading], words: Collection[str]) -> Detected | None:
    """Well-formed UTF-8 of so few characters that a code page might have written it by chance.

    Such text in another encoding is of common characters, or its UTF-8 mixes scripts in a word;
    where neither holds, it is UTF-8.

    Raises:
        UnreadableFileError: It reads well both ways, and no known word tells.
    """
    text = next(reading.text for reading in candidates if reading.encoding == "utf-8")
    if REPLACEMENT in text or not all(map(_is_of_one_script, text.split("\n"))):
        return None
    count = sum(letter > "\x7f" for letter in text)
    weight = next(reading.weight for reading in candidates if reading.encoding == "utf-8")
    rivals = [
        reading
        for reading in candidates
        if reading.encoding != "utf-8"
        and reading.mean * sum(letter > "\x7f" for letter in reading.text) > _COMMON * count
        and weight - reading.weight < _MARGIN
    ]
    if not rivals:
        how = Message("encoding.utf_8")
        return Detected("utf-8", round(count / (count + 2), 2), how)
    if any(len(word) > 1 and not word.isascii() and word in rivals[0].text for word in words):
        return None
    either = Message("encoding.either", one=f"utf-8 ({text[:12].strip()})", other=_shown(rivals[0]))
    raise _cannot_tell(either, rivals[0].encoding)


def _is_of_one_script(word: str) -> bool:
    letters = {unicodedata.name(letter, "").split(" ")[0] for letter in word if letter.isalpha()}
    return len(letters) <= 1


def _choose(candidates: list[Reading], evidence: bytes) -> Detected:
    best = candidates[0]
    rival = next((reading for reading in candidates if reading.text != best.text), candidates[1])
    count = sum(letter > "\x7f" for letter in best.text)
    is_sound = best.encoding == "utf-8" and 3 * best.text.count(REPLACEMENT) <= count
    if best.mean < _FLOOR - 6 / count and not is_sound:  # UTF-8 may be in any language
        other = code_pages.reading_of_an_alphabet(evidence)
        no_text = Message("encoding.no_text", reading=_shown(best))
        raise _cannot_tell(no_text, other.encoding) if other else _cannot_tell(no_text)
    lead = best.weight - rival.weight
    if lead < _MARGIN:
        either = Message("encoding.either", one=_shown(best), other=_shown(rival))
        raise _cannot_tell(either, best.encoding)
    if best.mean < _COMMON and best.encoding != "utf-8":
        other = code_pages.reading_of_an_alphabet(evidence)
        if other:
            either = Message("encoding.either", one=_shown(best), other=_shown(other))
            raise _cannot_tell(either, other.encoding)
    if best.encoding != "utf-8" and code_pages.has_words_of_utf_8(evidence, best.encoding):
        raise UnreadableFileError(Message("encoding.mixed", encoding=best.encoding))
    # The curve fits the share of right choices; the second factor is for kinds of text unmeasured.
    share = 1 / (1 + math.exp(-0.75 * lead))
    how = Message("encoding.likeness", rival=rival.encoding, share=1 - share)
    return Detected(best.encoding, round(share * count / (count + 2), 2), how)


def _shown(reading: Reading) -> str:
    """Name and first word, by which a person can tell whether the reading is right."""
    word = "".join(letter for letter in reading.text.split("\n")[0] if letter.isprintable())
    return f"{reading.encoding} ({word[:12]})"


def _cannot_tell(found: Message, example: str = "gb18030") -> UnreadableFileError:
    return UnreadableFileError(Message("encoding.ambiguous", found=found, example=example))
