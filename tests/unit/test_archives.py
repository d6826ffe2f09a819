"""What comes out of gzip and zip wrappers, and what must not."""

from __future__ import annotations

import gzip
import io
import struct
import unicodedata
import zipfile
from pathlib import Path

import pytest

from pipeline.reading import archives
from pipeline.reading.archives import unwrap
from pipeline.reading.errors import UnreadableFileError

TABLE = "镇街,托位数\n甲镇,1\n".encode()


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def with_flags(content: bytes, flags: int) -> bytes:
    """Set flags of all entries, in the list of contents and before the files."""
    changed = bytearray(content)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(magic)
        while place >= 0:
            changed[place + offset] |= flags
            place = changed.find(magic, place + 4)
    return bytes(changed)


@pytest.fixture
def peel(tmp_path):
    """Unwrap some bytes; gives the name inside and the content."""
    folder = tmp_path / "unpacked"
    folder.mkdir()

    def run(content: bytes, name: str = "a.zip", member: str | None = None) -> tuple[str, bytes]:
        (tmp_path / name).write_bytes(content)
        inner, path = unwrap(tmp_path / name, folder, member)
        assert path == tmp_path / name or path.parent == folder
        return inner, path.read_bytes()

    return run


def test_a_file_without_wrapper_is_returned_as_it_is(tmp_path):
    (tmp_path / "a.csv").write_bytes(TABLE)
    assert unwrap(tmp_path / "a.csv", tmp_path) == ("a.csv", tmp_path / "a.csv")


def test_gzip_is_known_by_its_content_not_by_its_name(peel):
    assert peel(gzip.compress(TABLE), "a.csv.GZ") == ("a.csv", TABLE)
    assert peel(gzip.compress(TABLE), "a.csv") == ("a.csv", TABLE)


def test_all_streams_of_a_gzip_file_are_read(peel):
    content = gzip.compress(TABLE) + gzip.compress(b"") + gzip.compress(b"2") + bytes(600)
    assert peel(content, "a.gz") == ("a", TABLE + b"2")


def test_the_only_file_of_a_zip_archive_is_taken(peel):
    assert peel(zipped(("2023/a.csv", TABLE))) == ("a.csv", TABLE)


def test_what_systems_add_to_archives_is_ignored(peel):
    junk = ["__MACOSX/._a.csv", "x/.DS_Store", "x/Thumbs.db", "x/", "._a.csv", "x/~$a.xlsx"]
    assert peel(zipped(("x/a.csv", TABLE), *((name, b"") for name in junk))) == ("a.csv", TABLE)


def test_several_files_are_listed_not_chosen_from(peel):
    with pytest.raises(UnreadableFileError, match=r"2 files: 'a\.csv', 'b\.csv'") as caught:
        peel(zipped(("a.csv", TABLE), ("b.csv", b"")))
    assert caught.value.kind == "configuration"
    assert "read: {member:" in caught.value.message.part("next_step")


def test_the_named_member_is_taken(peel):
    content = zipped(("x/a.csv", b""), ("b/a.csv", TABLE))
    assert peel(content, member="b/a.csv") == ("a.csv", TABLE)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(zipped(("a.csv", TABLE)), id="zip"),
        pytest.param(gzip.compress(TABLE), id="gzip"),
        pytest.param(TABLE, id="no archive"),
        pytest.param(zipped(("xl/workbook.xml", b"")), id="document"),
        pytest.param(zipped(("b.zip", zipped(("a.csv", TABLE)))), id="zip in zip"),
    ],
)
def test_a_member_that_is_not_there_is_a_configuration_error(peel, content):
    with pytest.raises(UnreadableFileError, match=r"member: 'c\.csv'") as caught:
        peel(content, member="c.csv")
    assert caught.value.kind == "configuration"


def test_wrappers_inside_wrappers_are_peeled(peel):
    content = zipped(("b.zip", zipped(("c.csv.gz", gzip.compress(TABLE)))))
    assert peel(content) == ("c.csv", TABLE)


@pytest.mark.parametrize("member", ["b.zip/c.csv", "c.csv"])
def test_a_member_may_be_inside_an_archive_inside(peel, member):
    content = zipped(("b.zip", zipped(("c.csv", TABLE), ("d.csv", b""))))
    assert peel(content, member=member) == ("c.csv", TABLE)


def test_files_of_outer_wrappers_do_not_stay(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(gzip.compress(gzip.compress(TABLE))))
    _, path = unwrap(tmp_path / "a.gz", tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([tmp_path / "a.gz", path])


def test_a_fourth_wrapper_is_refused(peel):
    content = TABLE
    for _ in range(4):
        content = gzip.compress(content)
    with pytest.raises(UnreadableFileError, match="more than 3 archives"):
        peel(content)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/workbook.xml", b""),
        ("xl/workbook.bin", b""),
        ("word/document.xml", b""),
        ("[Content_Types].xml", b""),
        ("OFD.xml", b""),
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
    ],
)
def test_a_document_that_is_a_zip_archive_stays_whole(peel, part, content):
    document = zipped((part, content), ("other.xml", b""))
    assert peel(document, "a.xlsx") == ("a.xlsx", document)
    assert peel(zipped(("b.xlsx", document)), "a.zip") == ("b.xlsx", document)


def test_another_file_called_mimetype_makes_no_document(peel):
    assert peel(zipped(("mimetype", b"a table"))) == ("mimetype", b"a table")


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("托位数汇总表.csv", "gb18030"),
        ("合计.csv", "gb18030"),
        ("托位数汇总表.csv", "utf-8"),
        ("機構名稱總計.csv", "cp950"),
        ("さくら保育所.csv", "cp932"),
        ("어린이집정원.csv", "cp949"),
        ("Pl\u00e4tze f\u00fcr Kinder.csv", "cp437"),
    ],
)
def test_names_without_the_mark_of_utf_8_are_read_as_they_were_written(peel, name, codec):
    raw = name.encode(codec)
    placeholder = "x" * len(raw)
    content = zipped((placeholder, TABLE)).replace(placeholder.encode(), raw)
    assert peel(content) == (name, TABLE)


def test_a_chinese_name_serves_as_member(peel):
    content = zipped(("xxxxxxxx.csv", b""), ("yyyyyyyy.csv", TABLE))
    content = content.replace(b"xxxxxxxx", "托位总数".encode("gb18030"))
    content = content.replace(b"yyyyyyyy", "机构名册".encode("gb18030"))
    assert peel(content, member="机构名册.csv") == ("机构名册.csv", TABLE)


def test_names_that_macos_takes_apart_are_put_together(peel):
    name = "\uc5b4\ub9b0\uc774\uc9d1.csv"
    content = zipped((unicodedata.normalize("NFD", name), TABLE), ("b.csv", b""))
    assert peel(content, member=name) == (name, TABLE)


def test_backslashes_of_windows_separate_folders(peel):
    content = zipped(("x/a.csv", TABLE), ("b.csv", b"")).replace(b"x/a", b"x\\a")
    assert peel(content, member="x/a.csv") == ("a.csv", TABLE)


@pytest.mark.parametrize("name", ["../../a.csv", "/etc/a.csv", "C:\\a.csv", "..", "a\n.csv"])
def test_no_name_leads_outside_the_folder(tmp_path, name):
    folder = tmp_path / "in" / "unpacked"
    folder.mkdir(parents=True)
    (tmp_path / "a.zip").write_bytes(zipped((name, TABLE)))
    inner, path = unwrap(tmp_path / "a.zip", folder)
    assert path.parent == folder
    assert path.read_bytes() == TABLE
    assert not {"/", "\\", ".."} & {inner, inner[:1]}
    assert {file for file in tmp_path.rglob("*") if file.is_file()} == {tmp_path / "a.zip", path}


def test_two_files_of_one_name_are_not_chosen_between(peel):
    content = zipped(("a.csv", b"1"), ("b.csv", TABLE)).replace(b"b.csv", b"a.csv")
    with pytest.raises(UnreadableFileError, match=r"'a\.csv' is in the archive twice"):
        peel(content, member="a.csv")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(with_flags(zipped(("a.csv", TABLE)), 0x1), "a password", id="encrypted"),
        pytest.param(zipped(("a.csv", TABLE), method=zipfile.ZIP_LZMA), "otherwise", id="lzma"),
        pytest.param(zipped(("a.csv", TABLE), method=zipfile.ZIP_BZIP2), "otherwise", id="bzip2"),
        pytest.param(zipped(), "an archive without files", id="empty"),
        pytest.param(zipped(("__MACOSX/._a", b"")), "an archive without files", id="junk alone"),
        pytest.param(b"Rar!\x1a\x07\x01\x00", "a RAR archive", id="rar"),
        pytest.param(b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7-Zip archive", id="7-zip"),
    ],
)
def test_an_archive_that_cannot_be_unpacked_is_refused_with_the_reason(peel, content, reason):
    with pytest.raises(UnreadableFileError, match=reason) as caught:
        peel(content)
    assert "by hand" in caught.value.message.part("next_step")


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


STORED = zipped(("a.csv", TABLE), method=zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(gzip.compress(TABLE)[:-4], id="gzip cut"),
        pytest.param(gzip.compress(TABLE)[:5], id="gzip cut in its header"),
        pytest.param(flipped(gzip.compress(TABLE), -6), id="gzip checksum"),
        pytest.param(gzip.compress(TABLE) + b"rest", id="gzip with a rest"),
        pytest.param(zipped(("a.csv", TABLE))[:-30], id="zip cut"),
        pytest.param(flipped(STORED, STORED.index(TABLE)), id="zip checksum"),
        pytest.param(b"PK\x03\x04" + b"x" * 100, id="zip without contents"),
        pytest.param(b"\x1f\x8b\x08\x08" + b"x" * 200_000, id="gzip with an endless name"),
    ],
)
def test_a_damaged_archive_is_refused(peel, content):
    with pytest.raises(UnreadableFileError, match="a damaged archive"):
        peel(content)


def test_every_cut_of_an_archive_is_refused(peel):
    for content in (gzip.compress(TABLE), zipped(("a.csv", TABLE))):
        for end in range(4, len(content)):
            with pytest.raises(UnreadableFileError):
                peel(content[:end])


def test_more_content_than_a_table_has_is_refused(peel, monkeypatch):
    monkeypatch.setattr(archives, "MOST_UNPACKED_BYTES", 1000)
    assert peel(gzip.compress(bytes(1000)), "a.gz")[1] == bytes(1000)
    for content in (gzip.compress(bytes(1001)), zipped(("a", bytes(1001)))):
        with pytest.raises(UnreadableFileError, match="unpack to 1,001 and more"):
            peel(content)


def test_a_bomb_is_refused_by_how_far_it_unpacks(peel, monkeypatch):
    monkeypatch.setattr(archives, "SUSPICIOUS_BYTES", 1_000_000)
    monkeypatch.setattr(archives, "SUSPICIOUS_RATIO", 500)
    assert len(peel(gzip.compress(bytes(900_000)), "a.gz")[1]) == 900_000
    with pytest.raises(UnreadableFileError, match="and more"):
        peel(gzip.compress(bytes(5_000_000)))


def test_a_size_that_the_archive_states_is_not_believed(peel):
    content = zipped(("a.csv", TABLE))
    size = struct.pack("<L", len(TABLE))
    assert peel(content.replace(size, struct.pack("<L", 2**31)))[1] == TABLE
    with pytest.raises(UnreadableFileError, match="a damaged archive"):
        peel(content.replace(size, struct.pack("<L", 1)))


def test_endless_empty_streams_are_refused(peel, monkeypatch):
    monkeypatch.setattr(archives, "_MOST_STREAMS", 10)
    with pytest.raises(UnreadableFileError, match="too many streams"):
        peel(gzip.compress(b"") * 11, "a.gz")


def test_a_list_of_contents_too_large_for_memory_is_refused(peel, monkeypatch):
    monkeypatch.setattr(archives, "_MOST_AT_ONCE", 10_000)
    with pytest.raises(UnreadableFileError, match="many megabytes"):
        peel(zipped(*((f"{number}.csv", b"") for number in range(300))))


def test_a_full_disk_is_not_told_as_a_damaged_archive(peel, monkeypatch):
    def fail(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archives, "_write", fail)
    with pytest.raises(OSError, match="No space"):
        peel(gzip.compress(TABLE))
