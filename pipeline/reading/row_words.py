"""Words by which rows are recognised as totals, parts of totals, statistics, and notes.

Patterns for a whole text without white space, in the syntax that ``re`` and DuckDB share. A word
only proposes what a row is: rows with the name of a region stay data whatever the name holds.
"""

_OBJECT = (
    "((家|所|个|個)(托育|托幼|照护)?(服务)?(机构|園|园|中心|点)|家|所|个|個|間|间|户|處|处|园|園|名|人|件|位|个镇|个乡|个街道|个区|个县|个?机构|か所|箇所|ヶ所|カ所"
    "|施設|facilit(y|ies)|nurser(y|ies)|places|rows|items)"
)
_MORE = "([,\uff0c;\uff1b、(\uff08].{0,40})?"
_COUNT = f"([0-9\uff10-\uff19]{{1,6}}|[一二两三四五六七八九十百]{{1,5}}){_OBJECT}{_MORE}"
# What may stand around a word: brackets and marks before it; what is counted, a remark in brackets,
# a colon, and how many rows there are behind it.
_BEFORE = "[\\[(\uff08\uff3b【〔*\uff0a※•·—–-]*"
_AFTER = (
    "[\\])\uff09\uff3d】〕]*(数|數|数量|人数|值|额|行)?([(\uff08\\[][^)\uff09\\]]*[)\uff09\\]])?[:\uff1a,\uff0c、]?"
    f"({_COUNT}|[0-9\uff10-\uff19]{{1,6}})?[\\])\uff09\uff3d】〕*\uff0a※。.—–-]*"
)

# A label ends with the word; names of regions do not. 全国 is a region, not a total.
_SUMMED = (
    "(合计|总计|共计|合計|總計|総計|共計|总和|總和|汇总|匯總|彙總|总数|總數|総数|总合|累计|累計"
    "|总共)"
)
_TOTALS = (
    f".{{0,12}}{_SUMMED}|总|計|计|页计|頁計|全部|全体|总体|全区|全县|全市|全省|全镇"
    "|(のべ|延べ).{0,4}|Σ|∑"
    "|(承前|承上|接上|接前|过次|過次|转下|轉下|转次|上)(页|頁)(结转|转来|累计)?"
    "|(grand|overall|county|city|district|town|page|running|region|regional|national)?-?totals?"
    "|overall|all|sum|summe|gesamt|gesamtsumme|insgesamt|합계|총계|총합|계"
)
_PARTIAL = "(小计|小計|分计|分計)"
# 合计2家托育机构, Total of 3 towns: the word, and what was counted
_OF = "[:\uff1a]?[0-9\uff10-\uff19].{0,40}"
TOTAL = (
    f"(?i){_BEFORE}(({_TOTALS}){_AFTER}|.{{0,12}}{_SUMMED}{_OF}"
    "|totals?(for|of|[0-9(\uff08:\uff1a]).{0,40}"
    f"|共?[0-9\uff10-\uff19]{{1,6}}{_OBJECT}{_MORE})"
)
# 总托位数 as a name; elsewhere it is an indicator
NAMED_TOTAL = "(总.{1,5}数|總.{1,5}數)[:\uff1a]?"
# of some rows only, those since the last such row
SUBTOTAL = (
    f"(?i){_BEFORE}((.{{0,12}}{_PARTIAL}|zwischensumme|소계){_AFTER}|.{{0,12}}{_PARTIAL}{_OF}"
    "|sub-?totals?.{0,20})"
)
# made of the rows, but no sum of them
STATISTIC = (
    f"(?i){_BEFORE}(.{{0,8}}(平均|均值|中位数|中位數|最大值|最小值|标准差)|人均|占比|比重|比例"
    "|(同比|环比|[较比較]上年|[较比較]去年)(增长|增加|增减|减少|下降|变化)?(率|幅度)?"
    f"|增幅|增长率|增减|差额|average|mean|avg\\.?|median|durchschnitt|mittelwert|평균){_AFTER}"
)
# counted in another row already
PART = (
    "(?i)((其中|ofwhich|darunter|davon|うち)([:\uff1a,\uff0c\u3001].{0,30})?"
    "|其中(普惠|公办|公立|民办|社会办|用人单位|已?备案|未备案|在托|托位|营利|非营利).{0,10})"
)
# what follows names a town, though perhaps misspelt; such a row is refused, not set aside
PART_OF_A_TOWN = (
    "(?i)(其中|ofwhich|darunter|davon|うち)[:\uff1a,\uff0c\u3001].*"
    "[^0-9城建集乡村各个重点特小大中](镇|乡|街道)"
)
NUMBERED_NOTE = (
    "[(\uff08]?([0-9]{1,2}|[一二三四五六七八九十]{1,2}|[①-⑩])[)\uff09.\uff0e、\u3001].{4,}"
)
LONGEST_NAME = 20  # a longer text alone below the table is a sentence
# every total, statistic and part holds one of these
SIEVE = (
    "(?i)计|計|总|總|総|Σ|∑|页|頁|全|和|汇|匯|彙|体|延|のべ|共|均|中位|最大|最小|标准|占比|比重|比例|同比|环比|上年|去年|增|差"
    "|total|sum|all|gesamt|average|mean|avg|median|durchschnitt|mittelwert|합|총|계|평균"
    f"|其中|of|darunter|davon|うち|[0-9\uff10-\uff19]{_OBJECT}"
)
NOTE = (
    "(?i)[(\uff08]?(注|附|备注|备註|備註|说明|說明|附注|资料来源|資料來源|数据来源|来源|出典|资料"
    "|单位|單位|填报|填表|制表|审核|联系|note|source|quelle|anmerkung)[^:\uff1a]{0,12}[:\uff1a].*"
)
# a mark that points to the table, or brackets around the whole: no name looks so
MARKED = (
    "(注|备注|備註|附注|说明|說明|附)[:\uff1a]?|[(\uff08](注|备注|附注|说明)[)\uff09].*"
    "|[※\uff0a*†‡].*|[\\[\uff3b【〔].*[\\]\uff3d】〕]"
)
# what stands for the name of a facility where a region has none
NO_FACILITY = (
    "(?i)[(\uff08]?((本|该|全)?(镇|乡|街道|村|社区|区|县|辖区))?((暂|暫|目前|现|本年|尚|暂时|该当|該当)?"
    "(无|無|没有|未有|未建|未设|未開設|未开办|なし)|(尚|暂|暫)(未|无|無)(建[成设立]?|设[立置]?|開設|开[办设展业]|登记|备案|成立|运营|运行|投用|投入使用)|none(yet)?|nil|null|no|n/?a|nothing"
    "|[/\uff0f\\\\—–-]+)(任何|此类|该类|相关|符合条件的?|已?备案的?|已?登记的?)?(民办|公办|普惠)?(托育|托幼|保育)?"
    "(服务)?(机构|園所|园所|网点|单位|设施|施設|托班|托育点)?(facilit(y|ies)|nurser(y|ies))?[)\uff09。.]*"
)
# 社会福祉法人1: how many there are of a kind, below the rows
COUNTED = "[^0-9\uff10-\uff19]+[0-9\uff10-\uff19]{1,5}[^0-9\uff10-\uff19]{0,2}"
# nearly every facility has such a word in its name
FACILITY = (
    "(?i)园|園|所|中心|院|托|幼|保育|育|班|校|站|点|宝|贝|こども|ルーム|ホーム|kita|kinder|kids|nurser|care"
    "|school|cent(er|re)|club|house"
)
# What people write below a list or at the foot of a page, and what a column counts: no names.
FOOTER = (
    f"{NOTE}|第[0-9一二三四五六七八九十]+页.*|[—–-]*(以下|下面)(空白|无正文|无内容)[—–-]*"
    "|[(\uff08]?(盖章|公章|签章|签字|印章)[)\uff09]?|(数据|统计)?(截至|截止).*[0-9]+[年月日].*"
    "|[(\uff08]?(空|空白|空缺|待(建|定|设|开办|填|补)|建设中|筹建中?|拟建|规划中|blank|empty)[)\uff09]?"
    "|(托位|机构|托育机构|园所)?(数|数量|数目|家数|个数)"
)
CONTINUED = "[(\uff08]?续表?[)\uff09]?$"  # at the end of a title, on a further page
LONGEST_SECTION = 40  # a longer text over the whole width is a remark
