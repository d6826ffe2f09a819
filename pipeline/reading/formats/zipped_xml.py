"""Files that are XML inside a zip archive, opened so that no file can exhaust the machine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import IO
from xml.parsers import expat

from pipeline.core.messages import Message
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.sheets import ENCRYPTED_PACKAGE, password_error

MOST_UNPACKED_BYTES = 1_000_000_000
MOST_MEMBERS = 20_000
MOST_SMALL_BYTES = 100_000_000  # parts that are looked through for attributes
MOST_ELEMENTS = 1_000_000  # of interest in such a part
CHUNK_BYTES = 1 << 21

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # first bytes of the binary documents before 2007
_DIRECTORY_ENTRY = b"PK\x01\x02"

Element = tuple[str, dict[str, str]]


class Package:
    """The members of one zip archive.

    The bytes that all reads together may unpack are limited, because a workbook can list one
    member a thousand times.
    """

    def __init__(self, content: bytes, what: Message) -> None:
        """Open an archive.

        Args:
            content: The whole file.
            what: Kind of file for messages, such as ``format.xlsx``.

        Raises:
            UnreadableFileError: Not an archive, one that asks for a password, or a zip bomb.
        """
        self.what = what
        if content.startswith(_OLE):
            raise _error_of_binary(content, what)
        if content.count(_DIRECTORY_ENTRY) > MOST_MEMBERS:
            raise self._refused(Message("package.too_many", most=MOST_MEMBERS))
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except Exception as error:  # the directory of a damaged archive raises many kinds
            raise self._refused(Message("package.unreadable", what=str(error))) from error
        infos = self._archive.infolist()
        if sum(info.file_size for info in infos) > MOST_UNPACKED_BYTES:
            raise self._refused(Message("package.too_large", most=MOST_UNPACKED_BYTES))
        self._names = {_plain(info.filename): info for info in infos}
        self._left = MOST_UNPACKED_BYTES

    def __contains__(self, name: str) -> bool:
        """Whether there is such a member; upper and lower case are the same, as in Excel."""
        return _plain(name) in self._names

    def open(self, name: str) -> IO[bytes]:
        """Open a member, which never yields more than the directory claims.

        Raises:
            UnreadableFileError: No such member, a password, or a packing that has no limits.
        """
        info = self._names.get(_plain(name))
        if info is None:
            raise self._refused(Message("package.no_member", name=name))
        if info.flag_bits & 1:
            raise password_error()
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            # the other methods of zipfile unpack whole blocks at once, whatever their size
            method = info.compress_type
            raise self._refused(Message("package.packing", name=name, method=method))
        self._left -= info.file_size
        if self._left < 0:
            raise self._refused(Message("package.parts_too_large", most=MOST_UNPACKED_BYTES))
        return self._archive.open(info)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Content of a member, piece by piece."""
        with self.open(name) as member:
            while chunk := member.read(CHUNK_BYTES):
                yield chunk

    def read(self, name: str, most_bytes: int = MOST_SMALL_BYTES) -> bytes:
        """Content of a member that must be small.

        Raises:
            UnreadableFileError: No such member, or a larger one.
        """
        with self.open(name) as member:
            content = member.read(most_bytes + 1)
        if len(content) > most_bytes:
            raise self._refused(Message("package.member_too_large", name=name, most=most_bytes))
        return content

    def with_members(self, changed: Mapping[str, bytes]) -> bytes:
        """The archive with other content in some members."""
        contents = {_plain(name): content for name, content in changed.items()}
        rewritten = io.BytesIO()
        with zipfile.ZipFile(rewritten, "w") as new:
            for name, info in self._names.items():
                content = contents.get(name)
                new.writestr(info, self._archive.read(info) if content is None else content)
        return rewritten.getvalue()

    def elements(self, name: str, wanted: Collection[str]) -> list[Element]:
        """Elements of some local names in a member, with their attributes by local name."""
        collector = ElementCollector(wanted)
        parser = safe_parser()
        parser.StartElementHandler = collector
        feed(parser, [self.read(name)])
        return collector.found

    def _refused(self, found: Message) -> UnreadableFileError:
        return UnreadableFileError(Message("package.refused", found=found, what=self.what))


def safe_parser() -> expat.XMLParserType:
    """Make a parser that knows namespaces and refuses whatever could grow: entities, schemas."""
    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def feed(parser: expat.XMLParserType, chunks: Iterable[bytes]) -> None:
    """Give a parser the rest of a document."""
    for chunk in chunks:
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


class ElementCollector:
    """Handler of expat that keeps the elements of some local names in ``found``."""

    def __init__(self, wanted: Collection[str]) -> None:
        """Begin with none."""
        self.found: list[Element] = []
        self._wanted, self._seen = wanted, 0

    def __call__(self, name: str, attributes: dict[str, str]) -> None:
        """Look at one element."""
        self._seen += 1
        if self._seen > 2 * MOST_ELEMENTS or len(self.found) > MOST_ELEMENTS:
            raise UnreadableFileError(Message("package.too_many_elements", most=MOST_ELEMENTS))
        local = name.rpartition("|")[2]
        if local in self._wanted:
            self.found.append((local, {k.rpartition("|")[2]: v for k, v in attributes.items()}))


def _refuse_doctype(*_: object) -> None:
    raise UnreadableFileError(Message("format.doctype"))


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _error_of_binary(content: bytes, what: Message) -> UnreadableFileError:
    if ENCRYPTED_PACKAGE in content:
        return password_error()
    return UnreadableFileError(Message("format.binary_document", what=what))
