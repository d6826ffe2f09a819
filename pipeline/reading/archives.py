"""Files inside gzip and zip wrappers."""

from __future__ import annotations

import errno
import io
import os
import re
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from pipeline.core.messages import Message
from pipeline.reading import code_pages, encoding
from pipeline.reading.errors import UnreadableFileError, reason_of

MOST_UNPACKED_BYTES = 2_000_000_000
MOST_WRAPPERS = 3
# Deflate packs at most 1,032 to 1, and no real table of that size comes near it.
SUSPICIOUS_BYTES = 300_000_000
SUSPICIOUS_RATIO = 1_000
_MOST_AT_ONCE = 8_000_000  # of a zip's list of contents, which takes twenty times that in memory
_MOST_STREAMS = 100_000  # in a gzip file; block-wise packers write one for every 64 KB
_CHUNK = 1 << 20
_KINDS = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # without any file
    b"PK\x07\x08": "split zip",
    b"Rar!\x1a\x07": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
}
_JUNK = re.compile(r"(.*/)?(__MACOSX/.*|\._.*|~\$.*|\.DS_Store|Thumbs\.db|desktop\.ini|)", re.I)
_DOCUMENT = re.compile(r"\[content_types\]\.xml|xl/workbook\.(xml|bin)|word/document\.xml|ofd\.xml")
_DOCUMENT_TYPES = (b"application/vnd.oasis.opendocument", b"application/epub")
_ACCENT = re.compile(rb"[\x80-\xa5]\xe1?|\xe1")  # letters of Western languages in DOS, sharp s last
# What zipfile and zlib raise on bytes that no packer writes.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
_Entries = list[tuple[str, zipfile.ZipInfo]]


def unwrap(path: Path, folder: Path, member: str | None = None) -> tuple[str, Path]:
    """Peel gzip and zip wrappers off a file. Documents that are zip archives stay as they are.

    Args:
        path: The file; its content decides, not its name.
        folder: Takes the unpacked file, under a name of its own; removing it is up to the caller.
        member: File inside a zip archive that has several; ``inner.zip/file.csv`` inside two.

    Returns:
        What the innermost wrapper calls the file, without folders: a label, never a path. Then
        where its bytes are, which is ``path`` if it had no wrapper.

    Raises:
        UnreadableFileError: Several files and no member, an unknown member, passwords, damage, a
            kind of archive that cannot be unpacked, or far too much content.
    """
    name, current = path.name, path
    for depth in range(MOST_WRAPPERS + 1):
        kind = _kind(current)
        if kind is None:
            break
        if depth == MOST_WRAPPERS:
            raise _refusal(Message("archive.too_deep", most=MOST_WRAPPERS))
        with _damage_reported():
            if kind == "gzip":
                name, inner = _unpack_gzip(name, current, folder)
            else:
                name, inner, member = _unpack_zip(name, current, folder, member)
        if inner == current:  # a document
            break
        if depth:
            current.unlink()
        current = inner
    if member is not None:
        raise _wrong_member(Message("archive.no_archive", member=member, name=name), [])
    return name, current


def _kind(path: Path) -> str | None:
    with path.open("rb") as source:
        head = source.read(8)
    kind = next((kind for magic, kind in _KINDS.items() if head.startswith(magic)), None)
    if kind not in (None, "gzip", "zip"):
        raise _refusal(Message("archive.of_kind", kind=kind))
    return kind


@contextmanager
def _damage_reported() -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # a full disk, say
            raise
        raise _refusal(Message("archive.damaged", what=reason_of(error))) from error


def _refusal(found: Message) -> UnreadableFileError:
    return UnreadableFileError(Message("archive.refused", found=found))


def _unpack_gzip(name: str, path: Path, folder: Path) -> tuple[str, Path]:
    name = re.sub(r"\.gz$", "", name, flags=re.IGNORECASE)
    with path.open("rb") as source:
        return name, _write(_inflated(source), name, folder, path.stat().st_size)


def _inflated(source: IO[bytes]) -> Iterator[bytes]:
    """Content of gzip streams one after the other; Python's own reader crawls on hostile ones."""
    streams, inflater, data = 1, zlib.decompressobj(wbits=31), b""
    while data := data or source.read(_CHUNK // 64):
        if inflater.eof and (data := data.lstrip(b"\0")):  # zeros fill up the blocks of tapes
            streams, inflater = streams + 1, zlib.decompressobj(wbits=31)
        if streams > _MOST_STREAMS:
            raise zlib.error(Message("archive.too_many_streams"))
        if data:
            yield inflater.decompress(data, _CHUNK)
            data = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    if not inflater.eof:
        raise EOFError(Message("archive.too_early"))


def _unpack_zip(
    name: str, path: Path, folder: Path, member: str | None
) -> tuple[str, Path, str | None]:
    with _Guarded(path) as source, zipfile.ZipFile(source) as archive:
        entries = _entries(archive)
        if _is_document(archive, entries):
            return name, path, member
        files = [(name, info) for name, info in entries if not _JUNK.fullmatch(name)]
        wanted, member = _wanted([name for name, _ in files], member)
        name = PurePosixPath(wanted).name.strip(".") or "unnamed"
        with archive.open(_checked(wanted, files)) as packed:
            pieces = iter(lambda: packed.read(_CHUNK), b"")
            return name, _write(pieces, name, folder, path.stat().st_size), member


class _Guarded(io.FileIO):
    """A file of which nobody reads a huge part at once, such as a forged list of contents."""

    def read(self, size: int | None = -1, /) -> bytes:
        rest = os.fstat(self.fileno()).st_size - self.tell()
        if (rest if size is None or size < 0 else min(size, rest)) > _MOST_AT_ONCE:
            raise zipfile.BadZipFile(Message("archive.long_list"))
        return super().read(size) or b""


def _write(pieces: Iterator[bytes], name: str, folder: Path, packed: int) -> Path:
    """Write what a wrapper of so many bytes holds to a new file; declared sizes may lie."""
    suffix = re.search(r"\.[A-Za-z0-9]{1,8}$", name)
    handle, target = tempfile.mkstemp(suffix[0] if suffix else "", "unpacked-", folder)
    size = 0
    with os.fdopen(handle, "wb") as sink:
        for piece in pieces:
            size += len(piece)
            is_bomb = size > SUSPICIOUS_BYTES and size > SUSPICIOUS_RATIO * packed
            if is_bomb or size > MOST_UNPACKED_BYTES:
                raise _refusal(Message("archive.bomb", packed=packed, size=size))
            sink.write(piece)
    return Path(target)


def _entries(archive: zipfile.ZipFile) -> _Entries:
    """Contents of an archive, their names decoded as the system wrote them that packed it."""
    infos = archive.infolist()
    unmarked = [
        b"" if info.flag_bits & 0x800 else info.orig_filename.encode("cp437", "replace")
        for info in infos
    ]
    code_page = _code_page(b"\n".join(unmarked))
    entries = []
    for info, raw in zip(infos, unmarked, strict=True):
        name = code_pages.read(raw, code_page) if raw and code_page else info.orig_filename
        # Some packers of Windows write backslashes; macOS takes characters apart.
        entries.append((unicodedata.normalize("NFC", name.replace("\\", "/")), info))
    return entries


def _code_page(names: bytes) -> str | None:
    """Encoding of names without the mark of UTF-8; None for that of DOS, which zip prescribes."""
    accents, letters = re.findall(rb"[\x80-\xff]+", names), re.findall(rb"[A-Za-z]", names)
    if all(map(_ACCENT.fullmatch, accents)) and 3 * len(accents) <= len(letters):
        return None
    try:
        found = encoding.decode(names).encoding
    except UnreadableFileError:  # too short to tell; a name is but a label, here mostly Chinese
        is_sound = code_pages.REPLACEMENT not in code_pages.read(names, "gb18030")
        return "gb18030" if is_sound else None
    return None if found == "windows-1252" else found


def _is_document(archive: zipfile.ZipFile, entries: _Entries) -> bool:
    if any(_DOCUMENT.fullmatch(name.lower()) for name, _ in entries):
        return True
    if all(name != "mimetype" for name, _ in entries):
        return False
    with archive.open("mimetype") as source:
        return source.read(100).startswith(_DOCUMENT_TYPES)


def _wanted(names: list[str], member: str | None) -> tuple[str, str | None]:
    """Name of the file to unpack, and what is left of ``member`` for an archive inside."""
    if not names:
        raise _refusal(Message("archive.empty"))
    if member is None:
        if len(names) > 1:
            raise _wrong_member(Message("archive.several", number=len(names)), names)
        return names[0], None
    member = unicodedata.normalize("NFC", member)
    for name in names:
        if member == name:
            return name, None
        if member.startswith(f"{name}/"):
            return name, member.removeprefix(f"{name}/")
    if len(names) == 1 and names[0].lower().endswith((".zip", ".gz")):
        return names[0], member
    raise _wrong_member(Message("archive.no_member", member=member), names)


def _wrong_member(found: Message, names: list[str]) -> UnreadableFileError:
    shown = [Message("archive.file", name=name[:100]) for name in names[:20]]
    files = shown + [Message("layout.more")] * (len(names) > 20) or Message("archive.no_files")
    return UnreadableFileError(
        Message("archive.wrong_member", found=found, files=files), "configuration"
    )


def _checked(name: str, files: _Entries) -> zipfile.ZipInfo:
    """The only entry of a name, if it can be unpacked."""
    info, *others = (info for other, info in files if other == name)
    if others:
        raise _refusal(Message("archive.twice", name=name))
    if info.flag_bits & 0x1:
        raise _refusal(Message("archive.password", name=name))
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # Other methods (LZMA, BZIP2) can expand without bound before a size check runs.
        raise _refusal(Message("archive.packing", name=name))
    return info
