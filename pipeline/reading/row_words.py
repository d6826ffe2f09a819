"""Words by which rows are recognised as totals, parts of totals, and notes.

Patterns for a whole text without white space, in the syntax that ``re`` and DuckDB share.
"""

_AFTER = "([(\uff08][^)\uff09]*[)\uff09])?[:\uff1a]?"

# A label ends with the word; names of regions do not. 全国 is a region, not a total.
TOTAL = (
    "(?i)(.{0,12}(合计|总计|共计|合計|總計|総計|总和)|計|计|全区|全县|全市|全省|全镇"
    "|(grand)?total|summe|gesamt|insgesamt|합계|총계|계)" + _AFTER
)
# of some rows only, those since the last such row
SUBTOTAL = r"(?i)(.{0,12}(小计|小計)|sub-?total|zwischensumme|소계)" + _AFTER
# counted in another row already
PART = "(?i)(其中|ofwhich|darunter|davon|うち)([:\uff1a,\uff0c\u3001].{0,30})?"
NUMBERED_NOTE = (
    "[(\uff08]?([0-9]{1,2}|[一二三四五六七八九十]{1,2}|[①-⑩])[)\uff09.\uff0e、\u3001].{4,}"
)
LONGEST_NAME = 20  # a longer text alone below the table is a sentence
# every total and part holds one of these
SIEVE = "(?i)计|計|全|总和|total|summe|gesamt|계|其中|of|darunter|davon|うち"
NOTE = (
    "(?i)[(\uff08]?(注|备注|备註|備註|说明|說明|附注|资料来源|資料來源|数据来源|来源|出典|资料"
    "|单位|單位|填报|填表|制表|审核|联系|note|source|quelle|anmerkung)[^:\uff1a]{0,12}[:\uff1a].*"
)
CONTINUED = "[(\uff08]?续表?[)\uff09]?$"  # at the end of a title, on a further page
LONGEST_SECTION = 40  # a longer text over the whole width is a remark
