"""Runs of one script, the pieces from which index terms and embedding features are cut.

Expects text in the form of `app.text.normalization.normalize`: half-width katakana, for instance, is not known here.
"""

from __future__ import annotations

import re

HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HIRAGANA = "\u3041-\u309f"
KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
HANGUL = "\u1100-\u11ff\uac00-\ud7a3"

CJK = HAN + HIRAGANA + KATAKANA + HANGUL
"""Scripts written without spaces between words, or with particles attached to them, as a regex class body."""

CJK_RUN = re.compile(f"[{CJK}]+")
"""One or more characters of any of those scripts: 東京タワーの高さ is one run."""

WORD_RUN = re.compile(f"[^\\W_{CJK}]+")
"""A word of any other script, or a number: letters and digits without a break."""

RUN = re.compile(f"(?P<cjk>[{CJK}]+)|(?P<word>[^\\W_{CJK}]+)")
"""Either of the two, in the order of the text."""

HAN_RUN = re.compile(f"[{HAN}]+")
HIRAGANA_RUN = re.compile(f"[{HIRAGANA}]+")
KATAKANA_RUN = re.compile(f"[{KATAKANA}]+")
HANGUL_RUN = re.compile(f"[{HANGUL}]+")
