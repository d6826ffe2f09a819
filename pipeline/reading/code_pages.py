"""Code pages: their decoders, and how well a reading in each resembles its languages."""

from __future__ import annotations

import codecs
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import NamedTuple

REPLACEMENT = "\ufffd"
_EVIDENCE = 64_000  # bytes of different words; more of them never changed a choice
_ONE_BYTE = "pipeline.one_byte"
_WIDE = ("utf-16", "utf-32")
# Names of Python, and the name and larger set by which files that bear them are read here.
_CANONICAL = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "big5hkscs": "big5",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "euc_jp": "euc-jp",
    "cp1252": "windows-1252",
    "iso8859-1": "windows-1252",
    "utf-8-sig": "utf-8",
}
# Codecs that Python counts as text but that turn plain characters into others.
_NOT_OF_FILES = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"}
_CODECS = {"big5": "big5hkscs"}  # has the signs of Taiwan's ETEN and Hong Kong's characters
# Where Python reads a code unlike the Windows that wrote the file: signs of Big5 as in code page
# 950 (the wave of a range like 3 to 5 among them), and bytes that code page 932 leaves undefined.
_MENDED = {
    "big5": (
        "\u223c\uff64\xa5\xa2\xa3\u2022\u203e\u2641\u2609",
        "\uff5e\ufe51\uffe5\uffe0\uffe1\u2027\xaf\u2295\u2299",
    ),
    "cp932": ("\x80\uf8f0\uf8f1\uf8f2\uf8f3", REPLACEMENT * 5),
}

# Characters that tables and messages use most. The traditional and Japanese ones are only those
# whose form is not the simplified one.
_SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"
    "发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前"
    "开但因只从想实日者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重"
    "并物手应向头文体政美相见被利什二等产或新己制身果加月话合回特代内信表化老给世位次度门任常先海"
    "通教儿东声提立及比员解水名真论处走义各入几口认条平系气题活更别打女变四总何电数安少报才结反受"
    "目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空治展科司五基书非则界达光"
    "放且权思王象完设式路记南品住告类求程北边死该交规万取格望术领共确师观清今切院让识候带导争运职"
    "优称低改单序号备注份额均例占率增减户籍婴幼童岁托育园班构普惠办私营省县镇乡街村委居组织址联负"
    "责姓盟截底标累服站校医卫健康局府财收支预算决项源编码布元千米积床护照补贴准登案状态否级城农西"
    "阳宁江河湖州沙石桥林塘店岭湾港岛华永兴龙凤云白青红黄春秋福胜滨梅花泉松柏李张陈刘赵周吴徐孙杨"
    "郭丽伟芳敏静强军杰"
)
_TRADITIONAL = (
    "來們個為國時說會對這學過發後裡當沒動還進開現種經麼樣實從機長間與業應問將點無關兩題見產變員樓"
    "數體區縣鎮鄉鄰處總計號備註臺灣衛務設標報統類給電話聯絡單負責職優歲兒園構辦營稱稅級減費萬億餘"
    "齡護預測際術認識課證達運轉網線續門廣東華陽寧龍鳳雲黃興島橋嶺劉陳張趙楊孫吳鄭許謝羅葉蘇蔣馬麗"
    "偉強傑榮濟環財價買賣農貨車鐵鐘頁項額顧領導願頭顏風飛養館魚鳥雞麥齊齒歷斷權歡殺氣決滿漢漁潔戶"
    "擇據擔敗於書極條樂橫歸獨獎畫異療盡監盤確禮禁稿積窮筆節範簡糧紀約紅細終組結絕紙繼縱缺罰聖聲聽"
    "腦臨舉舊藝蘭虛蟲補裝規視親觀觸訂訓記訴診評詞試詩該詳語誤請諸調談論謀議讀讓豐貝資賢質購贊軍輕"
    "輛輸辭邊郵配釋針銀銷錄錢鍵鏡闆陸隊階隨難雙離靈靜韓響頂順須飲飯驗彙檔併"
)
_JAPANESE = (
    "町県施帯児番考総単査割令昭六七八九円左右川田木野原崎浜井岡藤佐渡辺伊森池谷沢宮神奈京阪広古津"
    "台丘赤黒火土曜午援対況実予収増較示訳別男歳未満係担祉境経済産商観画発整営策料申届録変証準図場"
    "室選挙投票税病気察薬"
)
_KANA = "".join(map(chr, [*range(0x3041, 0x3094), *range(0x30A1, 0x30F7), 0x30FC, 0x3005]))
_HANGUL = (
    "이다는의에가을고하지로기은한도사를시리어서자인으나대해일정아라부수과그들여장보만전구주스상원"
    "조제게면동있않없니습합했것년월군읍명총계비번호성소화담당팀관설린집유치육교영현세남녀연령출생"
    "망입증감률율평균역행코드단위금액예산결잔업내용간작종료등록신청처태운국공립민직법체협모건복노"
    "애족센터무학초중병약경찰방우문광환통택농림축항목분류표최준황울천강충북특별김박윤임오권안송홍"
    "손양배백허심곽차진재미선희숙석훈철혜빈채며까럼큼또따른련본필요확변추삭검색저째후외좌개회급층"
    "형식량적바마파카타거너더러머버커퍼토포누두루크트프흐느르므브즈츠디티피히났됐된될됩줄할란론션"
    "닝링즘톤튼팅페품향험활획효흥"
)
_WESTERN = "äöüßÄÖÜéèêëàâáãåæçñíîïìóòôõøœúûùýÉÈÀÁÅÆÇÑÓØÍ–„“”’‘€§°²³½«»·"
_HAN = _SIMPLIFIED + _TRADITIONAL + _JAPANESE
# Share of all characters that stands in blocks of codes: lead bytes, trail bytes (00: none), share.
# Later blocks win, and the common characters over them. The blocks of UTF-8 are code points.
_BLOCKS = """
utf-8        00-02 00-FF .01   03-2F 00-FF .01  4E-9F 00-FF .1   AC-D7 00-FF .03  30-30 00-FF .05
gb18030      81-FE 40-FE .01   A1-A3 A1-FE .06  D8-F7 A1-FE .02  B0-D7 A1-FE .25
big5         87-FE 40-FE .001  A1-A3 40-FE .06  C9-F9 40-FE .02  A4-C6 40-FE .25
cp932        81-FC 40-FC .001  A1-DF 00-00 .03  98-EA 40-FC .01  88-97 40-FC .1   81-82 40-9E .06
euc-jp       81-FE A1-FE .001  A1-A3 A1-FE .06  D0-F4 A1-FE .01  B0-CF A1-FE .15
cp949        81-C6 41-FE .01   A1-A3 A1-FE .04  CA-FD A1-FE .01  B0-C8 A1-FE .2
windows-1252 80-FF 00-00 .02
"""
_COMMON = {
    "utf-8": ((_HAN + _HANGUL + _KANA, 0.6), (_WESTERN, 0.25)),
    "gb18030": ((_TRADITIONAL, 0.05), (_SIMPLIFIED, 0.6)),
    "big5": ((_SIMPLIFIED + _TRADITIONAL, 0.6),),
    "cp932": ((_HAN, 0.3), (_KANA, 0.4)),
    "euc-jp": ((_HAN, 0.3), (_KANA, 0.4)),
    "cp949": ((_HANGUL, 0.7),),
    "windows-1252": ((_WESTERN, 0.25),),
}
_ALPHABETS = {
    "windows-1251": "[\u0400-\u045f]",
    "koi8-r": "[\u0400-\u045f]",
    "windows-1253": "[\u0386-\u03ce]",
}
_BIAS = {"utf-8": 5.0, "euc-jp": -4.0}  # the usual and the rare one, as files go
_PLAIN = math.log(0.01)  # an ASCII character, in any language
_ABSENT = math.log(1e-7)  # bad bytes, private use, codes of four bytes
_KNOWN = 5.0  # for each character of a word that the project knows


class Reading(NamedTuple):
    """Bytes read in one encoding."""

    weight: float  # logarithm of the probability of the text
    encoding: str
    text: str
    mean: float  # weight of a character beyond ASCII


def _replace_one_byte(error: UnicodeError) -> tuple[str, int]:
    """Go on after the first bad byte; Python's own handler may skip a delimiter behind it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    is_wide = error.encoding.startswith(_WIDE)
    return REPLACEMENT, error.end if is_wide else error.start + 1


codecs.register_error(_ONE_BYTE, _replace_one_byte)


def canonical_name(name: str) -> str | None:
    """Name by which an encoding goes here; None if it is none of text files."""
    try:
        b"a".decode(name, "ignore")  # refuses codecs between bytes and bytes
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return None if codec in _NOT_OF_FILES else _CANONICAL.get(codec, codec)


def read(content: bytes, encoding: str) -> str:
    """All of some bytes in an encoding, with U+FFFD for every byte that does not fit."""
    return _mend(content.decode(_CODECS.get(encoding, encoding), _ONE_BYTE), encoding)


def decoded(pieces: Iterable[bytes], encoding: str) -> Iterator[str]:
    """The same piece by piece; characters may lie across the pieces."""
    decoder = codecs.getincrementaldecoder(_CODECS.get(encoding, encoding))(_ONE_BYTE)
    for piece in pieces:
        yield _mend(decoder.decode(piece), encoding)
    rest, state = decoder.getstate()
    while rest:  # Python would drop it all, with the delimiters in it
        decoder.setstate((b"", state))
        bad = len(rest) if encoding.startswith(_WIDE) else 1
        yield REPLACEMENT + _mend(decoder.decode(rest[bad:]), encoding)
        rest, state = decoder.getstate()


def _mend(text: str, encoding: str) -> str:
    """Correct the characters in which Python differs from the systems that write an encoding."""
    for wrong, right in zip(*_MENDED.get(encoding, ("", "")), strict=True):
        text = text.replace(wrong, right)
    return text


def words_beyond_ascii(sample: bytes, *, is_cut: bool) -> bytes:
    """Different words that are not all ASCII, a line each, as many as a choice needs.

    Bytes up to "/" and from ":" to "?" are part of no character of several bytes. A word counts
    once: a label in every row is no better evidence than the label in one.
    """
    words = dict.fromkeys(re.split(rb"[\x00-/:-?]+", sample))
    beyond = [word + b"\n" for word in words if not word.isascii()]
    if is_cut:
        beyond = beyond[:-1] or beyond
    text = b"".join(beyond)
    end = text.rfind(b"\n", 0, _EVIDENCE) + 1
    return text[: end or _EVIDENCE]


def has_words_of_utf_8(evidence: bytes, encoding: str) -> bool:
    """Whether some words of a file in another encoding are UTF-8, as in files put together.

    Among 60,000 words in other encodings, none was by chance.
    """
    lowest, fewest = ("\x80", 1) if encoding == "windows-1252" else ("\u0800", 2)
    words = (read(word, "utf-8") for word in evidence.splitlines())
    return any(
        REPLACEMENT not in word and sum(letter >= lowest for letter in word) >= fewest
        for word in words
    )


def reading_of_an_alphabet(evidence: bytes) -> Reading | None:
    """Read words in the first alphabet in which all are words; None where there is no such.

    These code pages are never chosen, because any bytes are letters in them. They show that rare
    characters may be no characters at all.
    """
    for encoding, letters in _ALPHABETS.items():
        text = read(evidence, encoding)
        words = re.findall(r"[^\x00-\x40\x5b-\x60\x7b-\x7f]+", text)
        # Capitals within a word are how Chinese characters look in these code pages.
        if all(re.fullmatch(f"{letters}+", word) and word[1:].islower() for word in words):
            return Reading(0.0, encoding, text, 0.0)
    return None


def readings(evidence: bytes, known_words: Collection[str] = ()) -> list[Reading]:
    """Read words in each encoding that files come in.

    Args:
        evidence: As of ``words_beyond_ascii``.
        known_words: Words that such files hold. Those of one character are too often an accident.

    Returns:
        One reading an encoding, the likeliest first.
    """
    words = [word for word in known_words if len(word) > 1 and min(word) > "\x7f"]
    return sorted((_read(evidence, encoding, words) for encoding in _COMMON), reverse=True)


def _read(evidence: bytes, encoding: str, words: list[str]) -> Reading:
    text = read(evidence, encoding)
    counts = Counter(text.replace("\n", ""))
    beyond = {letter: count for letter, count in counts.items() if letter > "\x7f"}
    logarithms = _logarithms(encoding)
    weight = sum(count * logarithms.get(letter, _ABSENT) for letter, count in beyond.items())
    weight += _KNOWN * sum(len(word) for word in words if word in text)
    if encoding == "windows-1252":  # three accented letters in a row: Cyrillic, Greek, Hebrew
        weight += _ABSENT * sum(map(len, re.findall("[^\\x00-\\x7f]{3,}", text)))
    total = sum(beyond.values())
    plain = (counts.total() - total) * _PLAIN
    return Reading(
        _BIAS.get(encoding, 0.0) + weight + plain, encoding, text, weight / max(total, 1)
    )


@cache
def _logarithms(encoding: str) -> dict[str, float]:
    """Logarithm of the frequency of each character of an encoding."""
    frequencies: dict[str, float] = {}
    row = next(row for row in _BLOCKS.splitlines() if row.startswith(encoding))
    _, *parts = row.split()
    for leads, trails, share in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        letters = _block(encoding, leads, trails)
        frequencies.update(dict.fromkeys(letters, float(share) / len(letters)))
    for common, weight in _COMMON[encoding]:
        letters = [letter for letter in common if letter in frequencies]
        frequencies.update(dict.fromkeys(letters, weight / len(letters)))
    return {letter: math.log(frequency) for letter, frequency in frequencies.items()}


def _block(encoding: str, leads: str, trails: str) -> list[str]:
    """Characters of a block of codes, such as B0-D7 and A1-FE."""
    (first, last), (low, high) = (bytes.fromhex(ends.replace("-", "")) for ends in (leads, trails))
    codes = [
        bytes([lead, trail] if high else [lead])
        for lead in range(first, last + 1)
        for trail in range(low, high + 1)
    ]
    if encoding == "utf-8":
        return [chr(int.from_bytes(code, "big")) for code in codes]
    text = read(b"\n".join(codes), encoding)
    return re.findall("(?m)^[^\\x00-\\x7f\\ue000-\\uf8ff\\ufffd]$", text)
