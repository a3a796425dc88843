"""Phrases of scripts that are written without spaces."""

import re
from collections.abc import Iterator

_RUN = re.compile(
    r"[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{2,}"
    r"|[\u30a1-\u30fa\u30fc-\u30ff]{2,}|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{3,24}"
    r"|[A-Za-z][\w.+#-]*[\w+#]"
)
_SPLIT = re.compile(
    "[的了是在我你他她它们們这這那就不都也很到说說要去会會着著看好上下来來对對把被让讓给給跟与與及或但而吗嗎呢吧啊呀"
    "嘛哦嗯个個么麼什没沒有和為为以之其些还還能可想得地过過从從所因如果样樣时時候里裡又再才只每某比最更已将將于於"
    "何私僕君彼今本当]"
)
_LONGEST = 8
_SHORTEST = 2


def spaceless_phrases(text: str, stop: frozenset[str]) -> Iterator[str]:
    """Candidates for terms in Chinese, Japanese, Thai and the like: runs of one script cut at function words.

    A run of Han gives all its parts of two to `_LONGEST` characters, which their counts then sort out.
    """
    for match in _RUN.finditer(text):
        run = match.group()
        if not "\u3005" <= run[0] <= "\U0003ffff" or "\u30a0" <= run[0] <= "\u30ff":
            if run not in stop and run.casefold() not in stop:
                yield run
            continue
        for piece in _SPLIT.split(run):
            for size in range(_SHORTEST, min(_LONGEST, len(piece)) + 1):
                for start in range(len(piece) - size + 1):
                    gram = piece[start : start + size]
                    if gram not in stop:
                        yield gram
