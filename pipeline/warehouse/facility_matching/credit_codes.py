"""Unified social credit codes (统一社会信用代码, GB 32100-2015)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from stdnum.cn import uscc

# Authority and category may be letters (N2 village collectives, Y1 others), which
# stdnum.cn.uscc.validate refuses; the letters I, O, S, V and Z are never used. No authority has the
# number 0, so that a code of noughts, whose check digit fits, is none.
_FORM = re.compile("[1-9A-HJ-NP-RTUWXY][0-9A-HJ-NP-RTUWXY][0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")


@lru_cache(maxsize=200_000)  # a code stands in several descriptions
def read_credit_code(text: str) -> str | None:
    """Fold a credit code: width, case and blanks do not matter.

    Returns:
        The code in capitals; None where its form or its check digit is wrong.
    """
    code = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    is_valid = _FORM.fullmatch(code) and uscc.calc_check_digit(code) == code[-1]
    return code if is_valid else None
