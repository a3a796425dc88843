"""Text from outside made safe inside Markdown, and front matter that every YAML reader understands.

The rules serve three readers at once: CommonMark with GitHub's additions, Obsidian, and pandoc's Markdown.
In all of them a backslash before ASCII punctuation yields that character and nothing else
(CommonMark 0.31 §2.4; pandoc's `all_symbols_escapable`).
"""

import datetime
import json
import re
from collections.abc import Mapping

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_WHITE_SPACE = re.compile(r"[\s\u2028\u2029]+")
_SPECIAL = re.compile(
    r"""[\\`*\[\]<|~$^{}@]          # code, emphasis, links, HTML, tables, maths, attributes, citations
    | (?<![^\W_])_ | _(?![^\W_])    # an underscore inside a word means nothing
    | \#(?=\S)                      # a tag in Obsidian
    | &(?=\#?\w{1,32};)             # an entity
    | (?<==)= | =(?==)              # a highlight in Obsidian
    | (?<=%)% | %(?=%)              # a comment in Obsidian
    """,
    re.VERBOSE,
)
_LINE_START = re.compile(
    r"^(?:(?=[-+>=:#])|(?P<marker>\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]{2,8})(?=[.)])))"
)
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# What YAML 1.2 §5.1 calls printable is wider than what JSON leaves as it is.
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def escape(text: str) -> str:
    """One line of Markdown that reads as `text` and does nothing else, wherever in a line or block it stands.

    Runs of white space, line breaks among them, become one space; control characters and bidi overrides go.
    """
    line = _WHITE_SPACE.sub(" ", _CONTROL.sub("", _SURROGATE.sub("\ufffd", text))).strip()
    line = _SPECIAL.sub(lambda match: "\\" + match.group(), line)
    return _LINE_START.sub(lambda match: (match["marker"] or "") + "\\", line)


def front_matter(values: Mapping[str, object]) -> str:
    """A YAML block between `---` lines, ending in a newline, keys in the order given, None values left out.

    Strings are written as JSON writes them, which is YAML too; a `datetime.date` is written bare, so that
    Obsidian sees a date. Values may be strings, numbers, booleans, dates, and lists or mappings of these.
    """
    lines = [f"{_key(name)}: {_scalar(value)}" for name, value in values.items() if value is not None]
    return "\n".join(["---", *lines, "---", ""])


def _key(name: str) -> str:
    return name if _PLAIN_KEY.fullmatch(name) else _scalar(name)


def _scalar(value: object) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = json.dumps(value, ensure_ascii=False)
    text = _SURROGATE.sub("\ufffd", text)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
