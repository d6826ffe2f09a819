"""Which encoding a file is in, and that nothing in it is lost or altered unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.reading import code_pages, encoding
from pipeline.reading.encoding import decode, detect, transcode
from pipeline.reading.errors import UnreadableFileError

SIMPLIFIED = "镇街名称,托位数,备注\r\n青石镇,120,民办\r\n双桥街道,80,待核实\r\n梅岭乡,60,\r\n"
TRADITIONAL = "鄉鎮市區,機構名稱,總計\r\n青石鄉,晴川托嬰中心,30\r\n雙橋鎮,禾苗幼兒園,45\r\n"
JAPANESE = "市町村,施設名,定員\r\n青石町,ひかり保育所,60\r\n双葉村,さくらこども園,90\r\n"
KOREAN = "시군구,시설명,정원\r\n청석읍,햇살어린이집,40\r\n쌍교면,늘봄유치원,75\r\n"
GERMAN = (
    "Gemeinde,Träger,Plätze\r\nGrünhöhe,Jürgen Müller,5\r\nKösbüttel,Käthe Weiß,7\r\nÖdmühle,,\r\n"
)
TABLES = [
    pytest.param(SIMPLIFIED, "gb18030", "gb18030", id="simplified"),
    pytest.param(TRADITIONAL, "cp950", "big5", id="traditional"),
    pytest.param(JAPANESE, "cp932", "cp932", id="japanese"),
    pytest.param(JAPANESE, "euc_jp", "euc-jp", id="japanese-of-unix"),
    pytest.param(KOREAN, "cp949", "cp949", id="korean"),
    pytest.param(GERMAN, "cp1252", "windows-1252", id="german"),
    pytest.param(SIMPLIFIED, "utf-8", "utf-8", id="simplified-utf-8"),
    pytest.param(GERMAN, "utf-8", "utf-8", id="german-utf-8"),
    pytest.param(SIMPLIFIED, "utf-16-le", "utf-16-le", id="simplified-utf-16"),
    pytest.param(GERMAN, "utf-16-be", "utf-16-be", id="german-utf-16"),
]
CODE_PAGES = ["gb18030", "big5", "cp932", "cp949", "euc-jp", "windows-1252", "utf-8"]


@pytest.mark.parametrize(("text", "codec", "name"), TABLES)
def test_a_short_table_is_told_without_any_hint(text, codec, name):
    decoded = decode(text.encode(codec))
    assert (decoded.encoding, decoded.text, decoded.undecodable) == (name, text, 0)
    assert decoded.confidence > 0.7


@pytest.mark.parametrize(("text", "codec", "name"), TABLES)
def test_a_large_file_is_transcoded_piece_by_piece_to_the_same_text(
    tmp_path, monkeypatch, text, codec, name
):
    monkeypatch.setattr(encoding, "_CHUNK", 62)
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_bytes(text.encode(codec))
    found = transcode(source, target)
    assert (found.encoding, found.undecodable) == (name, 0)
    assert target.read_bytes() == text.encode()


def test_characters_across_pieces_count_whole_as_evidence(monkeypatch):
    content = TRADITIONAL.encode("cp950")
    expected = decode(content)
    monkeypatch.setattr(encoding, "_CHUNK", 1)
    assert decode(content) == expected


def test_a_mark_further_on_is_part_of_the_text(monkeypatch):
    monkeypatch.setattr(encoding, "_CHUNK", 4)
    assert decode("甲,\ufeff乙\n".encode(), "utf-8").text == "甲,\ufeff乙\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030"])
def test_a_byte_order_mark_decides_and_is_removed(tmp_path, codec):
    content = ("\ufeff" + SIMPLIFIED).encode(codec)
    decoded = decode(content)
    assert (decoded.encoding, decoded.text) == (codec, SIMPLIFIED)
    (tmp_path / "a.csv").write_bytes(content)
    transcode(tmp_path / "a.csv", tmp_path / "b.csv")
    assert (tmp_path / "b.csv").read_bytes() == SIMPLIFIED.encode()


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n"])
def test_ascii_is_certainly_utf_8(content):
    decoded = decode(content)
    assert (decoded.encoding, decoded.confidence) == ("utf-8", 1.0)
    assert decoded.text.encode() == content


def test_a_few_broken_bytes_do_not_turn_utf_8_into_a_code_page():
    content = SIMPLIFIED.encode().replace("核".encode(), b"\xe6\xa0").replace(b"80", b"8\xff")
    decoded = decode(content)
    assert (decoded.encoding, decoded.undecodable) == ("utf-8", 3)
    assert decoded.text == SIMPLIFIED.replace("核", "\ufffd\ufffd").replace("80", "8\ufffd")
    assert "but for a few bytes" in str(decoded.how)


def test_a_broken_byte_in_very_little_utf_8_is_one_too():
    decoded = decode("甲镇,1\n".encode() + b"\xff,2\n")
    assert (decoded.encoding, decoded.text) == ("utf-8", "甲镇,1\n\ufffd,2\n")


@pytest.mark.parametrize("text", ["m\u00b2,1\n", "\u2192,1\n", "\U0001f600,1\n"])
def test_one_sign_of_utf_8_is_read_with_little_confidence(text):
    decoded = decode(text.encode())
    assert (decoded.encoding, decoded.text) == ("utf-8", text)
    assert decoded.confidence < 0.4


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("fee\n\u00a35\n", id="pound"),
        pytest.param("change\n\u00b15\n", id="plus-or-minus"),
        pytest.param("fee\n5 \u20ac\n", id="euro"),
        pytest.param("city,n\nΑθήνα,5\n", id="one-greek-name"),
        pytest.param("city,n\nΑθ,5\n", id="two-greek-letters"),
        pytest.param("city,n\nПенза,5\n", id="one-cyrillic-name"),
        pytest.param("city,n\nשלום,5\n", id="hebrew"),
        pytest.param("city,n\nعربي,5\n", id="arabic"),
        pytest.param("name\nJos\u00e9\n", id="one-accent"),
        pytest.param("name\n甲,5\n", id="one-chinese-character"),
    ],
)
def test_utf_8_that_decodes_whole_is_utf_8_however_little_it_is(text):
    decoded = decode(text.encode())
    assert (decoded.encoding, decoded.text, decoded.undecodable) == ("utf-8", text, 0)


@pytest.mark.parametrize(
    ("text", "codec", "candidates"),
    [
        pytest.param("目,5\n", "gb18030", ["utf-8", "cp949"], id="one-chinese-character"),
        pytest.param("city\nМосква,5\n", "koi8_r", ["gb18030", "koi8-r"], id="cyrillic-of-unix"),
        pytest.param("city\nМосква,5\n", "cp1251", ["gb18030"], id="cyrillic"),
        pytest.param("fee\n\u00a35\n", "cp1252", ["cp932", "windows-1252"], id="pound"),
        pytest.param("合计,5\n", "gb18030", ["gb18030", "cp949"], id="one-chinese-word"),
    ],
)
def test_a_legacy_file_that_decodes_in_two_ways_stops_with_the_candidates(text, codec, candidates):
    with pytest.raises(UnreadableFileError) as caught:
        decode(text.encode(codec))
    found = caught.value.message.part("found")
    assert [name for name in candidates if name not in found] == [], found
    assert "read: {encoding:" in caught.value.message.part("next_step")


def test_a_character_lost_before_is_counted_like_a_byte_that_does_not_fit():
    decoded = decode("name\nM\ufffdller\n".encode())
    assert (decoded.encoding, decoded.undecodable) == ("utf-8", 1)


def test_a_declared_encoding_wins_over_what_the_bytes_suggest():
    decoded = decode(SIMPLIFIED.encode("gb18030"), "EUC-KR")
    assert (decoded.encoding, decoded.confidence, str(decoded.how)) == (
        *("cp949", 1.0),
        "declared",
    )


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("GBK", "gb18030"),
        ("gb2312", "gb18030"),
        ("Big5-HKSCS", "big5"),
        ("cp950", "cp950"),
        ("Shift_JIS", "cp932"),
        ("latin-1", "windows-1252"),
        ("UTF-8-SIG", "utf-8"),
        ("utf-16", "utf-16-le"),
    ],
)
def test_declared_names_become_canonical_ones(declared, name):
    assert decode(b"", declared).encoding == name


def test_declared_utf_32_is_not_taken_for_utf_16():
    assert decode("\ufeff".encode("utf-16-le"), "utf-32").encoding == "utf-32-le"


def test_declared_utf_16_takes_the_byte_order_of_its_mark():
    assert decode("\ufeff甲".encode("utf-16-be"), "utf-16").text == "甲"


@pytest.mark.parametrize(
    "declared", ["gb18031", "rot13", "base64", "utf-7", "idna", "a\0", "\ud800"]
)
def test_a_name_that_is_no_encoding_of_files_is_a_configuration_error(declared):
    with pytest.raises(UnreadableFileError, match=r"^encoding: ") as caught:
        decode(b"a", declared)
    assert caught.value.kind == "configuration"


def test_bytes_that_do_not_fit_the_declared_encoding_are_marked_in_place():
    decoded = decode(b"a,\x81,\xff\n1\x80,\xc4\xe3\n", "gb18030")
    assert (decoded.text, decoded.undecodable) == ("a,\ufffd,\ufffd\n1\ufffd,你\n", 3)


@pytest.mark.parametrize("name", CODE_PAGES)
def test_no_bad_byte_takes_a_delimiter_quote_or_line_end_with_it(name):
    ends = (b"", b"1", b"1A", b"\x81", b"\x810", b"\x8f\xa1")
    for lead in range(0x80, 0x100):
        for trail in (b"", b"0", b"\x81", b"\xa1", b"\xff"):
            for end in ends:
                cells = [bytes([lead]) + trail + bytes([sign]) + end for sign in b',;\t"\r\n']
                texts = [code_pages.read(cell, name) for cell in cells]
                assert all(sign in text for sign, text in zip(',;\t"\r\n', texts, strict=True))


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize("name", CODE_PAGES)
def test_a_cut_character_at_the_end_is_one_bad_byte_wherever_the_pieces_end(name, size):
    content = b"1,\x81\x30,\xe9\x95\n\xf50\n\x8f\xa1"
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    assert "".join(code_pages.decoded(pieces, name)) == code_pages.read(content, name)


def test_the_end_of_a_cut_gb18030_file_keeps_its_digit():
    # Python's own handlers replace the lead byte together with the digit behind it.
    assert decode(b"1,\x810", "gb18030").text == "1,\ufffd0"


def test_half_a_character_of_utf_16_does_not_shift_the_rest():
    content = "甲\ud800,1\n".encode("utf-16-le", "surrogatepass")
    assert decode(content, "utf-16").text == "甲\ufffd,1\n"


def test_utf_16_is_told_by_its_delimiters_not_by_characters_with_a_zero_byte():
    text = "一一一一一一,\n一一一,一\n"
    for codec in ("utf-16-le", "utf-16-be"):
        assert decode(text.encode(codec)).text == text


def test_delimiters_in_both_byte_orders_are_not_utf_16():
    with pytest.raises(UnreadableFileError, match="zero bytes"):
        decode(b"\0,,\0" * 50 + b"\0\n\n\0")


def test_utf_32_without_a_mark_is_not_taken_for_utf_16():
    with pytest.raises(UnreadableFileError, match=r"zero bytes|control characters"):
        decode("a,b\n1,2\n".encode("utf-32-le"))


def test_codes_that_code_page_932_does_not_define_are_bad_bytes():
    assert decode(b"a\xa0b\x80\xfd", "cp932").text == "a\ufffdb\ufffd\ufffd"


def test_signs_of_big5_are_those_of_windows_in_taiwan():
    signs = b"".join(bytes([0xA1, trail]) for trail in range(0xA1, 0xFF))
    assert decode(signs, "big5").text == signs.decode("cp950")
    assert decode(b"3\xa1\xe35", "big5").text == "3\uff5e5"


def test_circled_numbers_of_big5_are_no_kana():
    assert decode(b"\xc6\xa1", "big5").text == "\u2460"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", id="image"),
        pytest.param(b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff", id="program"),
        pytest.param(b"\1\2\3\4\5\6\7 abc", id="control characters"),
        pytest.param(SIMPLIFIED.encode() + b"\0", id="zero byte in text"),
        pytest.param(SIMPLIFIED.encode() + b",\0,\0," + SIMPLIFIED.encode(), id="zero cells"),
        pytest.param(bytes(1000), id="zero bytes alone"),
        pytest.param("番号".encode("iso2022_jp"), id="escapes"),
    ],
)
def test_binary_content_is_not_text(content):
    with pytest.raises(UnreadableFileError, match=r"^not text"):
        decode(content)


def test_zero_bytes_are_not_text_in_a_declared_encoding_either():
    with pytest.raises(UnreadableFileError, match=r"^not text: zero bytes"):
        decode(b"a,b\n1,\0\n", "gb18030")


def test_escapes_are_read_where_they_are_declared():
    assert decode("番号".encode("iso2022_jp"), "iso-2022-jp").text == "番号"


def test_a_zero_byte_far_into_a_large_file_is_found(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"a,b\n" * 400_000 + b"\0")
    with pytest.raises(UnreadableFileError, match=r"^not text: zero bytes"):
        transcode(tmp_path / "a.csv", tmp_path / "b.csv")


def test_columns_separated_by_control_characters_are_text():
    assert decode(b"a\x01b\x01c\n").text == "a\x01b\x01c\n"


def test_the_first_characters_beyond_ascii_may_stand_far_into_a_file(tmp_path):
    content = b"a,b\n" * 400_000 + SIMPLIFIED.encode("gb18030")
    (tmp_path / "a.csv").write_bytes(content)
    found = transcode(tmp_path / "a.csv", tmp_path / "b.csv")
    assert (found.encoding, found.confidence) == ("gb18030", decode(content).confidence)
    assert (tmp_path / "b.csv").read_bytes().endswith(SIMPLIFIED.encode())


def test_a_sample_may_end_within_a_character(monkeypatch):
    monkeypatch.setattr(encoding, "_SAMPLE", 61)
    sample = SIMPLIFIED.replace("\r\n", ",").encode()[:61]
    with pytest.raises(UnicodeDecodeError, match="unexpected end"):
        sample.decode()
    assert str(detect(sample).how) == "valid UTF-8"


def test_two_readings_about_as_likely_are_not_guessed_between():
    with pytest.raises(
        UnreadableFileError, match=r"can't be told: gb18030 \(合计\) or cp949"
    ) as caught:
        decode("合计,1\n".encode("gb18030"))
    assert "read: {encoding:" in caught.value.message.part("next_step")


def test_a_known_word_settles_what_characters_leave_open():
    decoded = decode("合计,1\n".encode("gb18030"), known_words={"合计", "街道"})
    assert (decoded.encoding, decoded.text) == ("gb18030", "合计,1\n")


def test_known_words_in_ascii_or_of_one_character_are_no_evidence():
    with pytest.raises(UnreadableFileError, match="can't be told"):
        decode("合计,code\n".encode("gb18030"), known_words=["code", "合", "计"])


def test_little_text_gives_little_confidence():
    few, many = decode("年度,街道\n".encode("gb18030")), decode(SIMPLIFIED.encode("gb18030"))
    assert few.confidence < 0.7 < 0.85 < many.confidence


def test_a_label_in_every_row_is_no_more_evidence_than_once():
    once, often = (decode(("年度,街道,1\n" * times).encode("gb18030")) for times in (1, 5000))
    assert once.confidence == often.confidence


def test_the_reason_names_the_next_best_encoding():
    assert str(decode(TRADITIONAL.encode("cp950")).how).startswith(
        "as its characters suggest; next best "
    )


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Название,Количество мест\nКаменка,12\nМосты,7\nГородской округ,30\n", "cp1251"),
        ("Название,Количество мест\nКаменка,12\nМосты,7\nГородской округ,30\n", "koi8_r"),
        ("ชื่อ,จำนวนที่นั่ง\nตำบลหินเขียว,12\nอำเภอสะพานคู่,7\nจังหวัด,30\n", "tis_620"),
    ],
)
def test_text_in_an_encoding_that_is_not_considered_is_refused(text, codec):
    with pytest.raises(UnreadableFileError, match=r"can't be told: .* is no text"):
        decode(text.encode(codec))


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        pytest.param("city,n\nΠάτρα,5\nΒόλος,3\n", "cp1253", "windows-1253", id="greek"),
        pytest.param(
            "city,n\nКаменка,5\nМосты,3\nТула,1\n", "cp1251", "windows-1251", id="cyrillic"
        ),
        pytest.param("city,n\nКаменка,5\nМосты,3\n", "koi8_r", "koi8-r", id="cyrillic-of-unix"),
    ],
)
def test_the_encoding_that_a_refusal_advises_reads_the_file(text, codec, name):
    content = text.encode(codec)
    with pytest.raises(UnreadableFileError) as caught:
        decode(content)
    assert f"read: {{encoding: {name}}}" in caught.value.message.part("next_step")
    assert decode(content, name).text == text


def test_random_bytes_are_in_no_encoding():
    content = bytes(0x80 + (index * index * 7 + index // 3) % 128 for index in range(4000))
    with pytest.raises(UnreadableFileError):
        decode(content)


@pytest.mark.parametrize(("text", "codec"), [(SIMPLIFIED, "gb18030"), (GERMAN, "cp1252")])
def test_a_file_put_together_of_two_encodings_is_refused(text, codec):
    other = "石桥村,9,已备案\n" if codec == "gb18030" else "Köln,Bär\n"
    with pytest.raises(UnreadableFileError, match="in some lines, utf-8 in others"):
        decode((text * 3).encode(codec) + other.encode())


def test_a_file_that_fits_its_encoding_nowhere_is_no_damaged_text(monkeypatch):
    monkeypatch.setattr(encoding, "_MOST_UNDECODABLE", 10)
    with pytest.raises(UnreadableFileError, match="more than 10 bytes do not fit utf-8"):
        decode(b"\xff" * 11, "utf-8")


def test_line_ends_and_spaces_stay_as_they_are():
    text = "\u3000甲镇 ,1\r\n乙镇\t,2\n丙镇,3\r"
    assert decode(text.encode()).text == text


def test_transcoding_counts_what_it_could_not_decode(tmp_path: Path):
    (tmp_path / "a.csv").write_bytes(SIMPLIFIED.encode("gb18030") + b"\xff,1\n")
    found = transcode(tmp_path / "a.csv", tmp_path / "b.csv")
    assert (found.encoding, found.undecodable) == ("gb18030", 1)
    assert (tmp_path / "b.csv").read_text(encoding="utf-8").endswith("\ufffd,1\n")
