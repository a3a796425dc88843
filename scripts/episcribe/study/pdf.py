"""Notes and assessments as PDFs that one would print: Markdown by pandoc into typst, typst into bytes.

The Markdown is data throughout: what it says of itself reaches the template as strings, its body passes
pandoc with every way to raw code closed, and typst may read the folder of templates and nothing else. The
same Markdown gives the same bytes, since the time in the file is the date in the front matter.
"""

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from episcribe.library.errors import EpiscribeError
from episcribe.study.answer_key import ANSWER, END, KEY, QUESTION, SPACE, move_answers, unfold
from episcribe.study.fonts import TEMPLATES, body_fonts, cjk_family, font_folders, heading_fonts, uncovered
from episcribe.study.pandoc import markdown_to_typst

Kind = Literal["notes", "assessment"]
Paper = Literal["a4", "us-letter"]

_LIMIT = 12_000_000
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"([A-Za-z_][\w-]*):[ \t]+(\S.*)")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
# What means nothing on paper: controls, overrides of direction, surrogates; and the private marks, our own.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ue0f0-\ue0ff\ud800-\udfff\ufeff\ufffe\uffff]"
)
# pandoc drops HTML with what stands in it; a stand-in that the template draws as "<" keeps it as text.
_ANGLE = "\ue0fe"
_TAG = re.compile(r"(?<!\\)<(?![A-Za-z][A-Za-z0-9+.-]{1,31}:)(?=[A-Za-z/!?])")
_IMAGE = re.compile(r"(?<!\\)!(?=\[[^\[\]]{0,500}\]\()")
_MARK = re.compile(f"^([{KEY}{SPACE}{QUESTION}{ANSWER}{END}])(\\d*)$", re.MULTILINE)
_FACTS = re.compile(r"(\s*# .+\n\n)(.+)\n\n")
_TITLE = re.compile(r"\s*= (.+)\n")
_LONG_WORD = re.compile("(?<![!-\u2e7f])[!-\u2e7f]{60}")
_RTL_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi"})
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LETTER = re.compile(r"[^\W\d_]")
_LIBERTINUS = re.compile("[A-Za-z\u00aa-\u024f\u0370-\u052f\u1e00-\u1fff]")
_SCRIPT_REGIONS = {"hans": "CN", "hant": "TW"}
_SAMPLE = 20_000  # characters that are enough to tell a document's script
_SETTING = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class PdfOptions:
    """How a PDF looks. `font_size` is that of running text in points, `accent` a colour as `#rrggbb`."""

    paper: Paper = "a4"
    font_size: float = 10.5
    accent: str = "#1f3a5f"


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF file, and the characters of the document for which no font has a glyph, in code order."""

    data: bytes
    missing: str = ""


class _RefusedError(Exception):
    """Typst did not take the document; the message is its own."""


def markdown_to_pdf(markdown: str, *, kind: Kind, options: PdfOptions | None = None) -> Pdf:
    """Set the Markdown of an episode's notes or assessment as a PDF; equal arguments give equal bytes.

    The front matter gives the title block (`title`, `podcast`, `date`, `duration` in seconds or as text,
    `url`, `people`), and with `language` the direction, hyphenation and fonts. The folded answers of an
    assessment move to a key that begins on a new page at the end. A document that typst refuses is set again
    with its maths as it was written, and if that does not help, with all its Markdown as it was written.
    Raises EpiscribeError, in one line, when the document is too long or a program fails.
    """
    options = options or PdfOptions()
    if len(markdown) > _LIMIT:
        raise EpiscribeError(
            f"the document has {len(markdown):,} characters: at most {_LIMIT:,} can become a PDF"
        )
    metadata, body = split_front_matter(_UNWANTED.sub("", markdown.replace("\r\n", "\n").replace("\r", "\n")))
    body = move_answers(body) if kind == "assessment" else unfold(body)
    shown = _facts(metadata)
    body = _without_facts(body, shown.values())
    everything = "\n".join([*shown.values(), body])
    inputs = {**shown, **_look(str(metadata.get("language") or ""), everything, options)}
    folders = font_folders(everything)
    safe = _IMAGE.sub("", _TAG.sub(_ANGLE, body))
    moment = _timestamp(metadata)
    for markup in (markdown_to_typst, partial(markdown_to_typst, maths=False), _unread):
        try:
            data = _typeset(markup(safe), inputs, folders, moment)
        except _RefusedError as error:
            reason = str(error)
        else:
            return Pdf(data, uncovered(_MARK.sub("", everything), folders))
    raise EpiscribeError(f"typst cannot set the document: {reason}")


def split_front_matter(markdown: str) -> tuple[dict[str, Any], str]:
    """The values of the YAML block that the Markdown begins with ({} without one), and the Markdown after it.

    Raises EpiscribeError when the block is not a YAML mapping.
    """
    match = _FRONT_MATTER.match(markdown)
    if match is None:
        return {}, markdown
    return _simple_values(match[1]) or _yaml_values(match[1]), markdown[match.end() :]


def _simple_values(block: str) -> dict[str, Any] | None:
    """What our own front matter holds: a key with a JSON value or a bare date a line; None for any other.

    It spares the YAML library, whose import takes as long as pandoc does.
    """
    values: dict[str, Any] = {}
    for line in block.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            return None
        try:
            values[match[1]] = match[2] if _DATE.fullmatch(match[2]) else json.loads(match[2])
        except (ValueError, RecursionError):
            return None
    return values


def _yaml_values(block: str) -> dict[str, Any]:
    import yaml

    try:
        values = yaml.safe_load(block)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise EpiscribeError(f"the front matter is not YAML: {reason}") from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise EpiscribeError("the front matter is not a YAML mapping of keys to values")
    return {str(name): value for name, value in values.items()}


def _facts(metadata: Mapping[str, Any]) -> dict[str, str]:
    """What the title block shows, as the template's inputs."""
    url = _text(metadata.get("url") or metadata.get("link") or metadata.get("source"))
    url = url if re.match(r"https?://\S+$", url) else ""
    return {
        "title": _text(metadata.get("title")),
        "podcast": _text(metadata.get("podcast")),
        "date": _readable_date(metadata),
        "duration": _readable_duration(metadata.get("duration")),
        "people": _text(metadata.get("people") or metadata.get("speakers")),
        "url": url,
        "source": re.sub(r"^www\.", "", re.sub(r"^https?://([^/?#]+).*", r"\1", url)),
    }


def _without_facts(body: str, shown: Iterable[str]) -> str:
    """The body without a line of facts below its title (`podcast · date`) that the title block has too."""
    match = _FACTS.match(body)
    if match is None:
        return body
    parts = {part.replace("\\", "").strip() for part in match[2].split(" · ")}
    return match[1] + body[match.end() :] if parts & {fact for fact in shown if fact} else body


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("name")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(part for item in value[:8] if (part := _text(item)))
    return "" if value is None else " ".join(str(value).split())


def _date(metadata: Mapping[str, Any]) -> datetime.date | None:
    match = _DATE.match(str(metadata.get("date") or ""))
    try:
        return datetime.date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _readable_date(metadata: Mapping[str, Any]) -> str:
    date = _date(metadata)
    if date is None:
        return _text(metadata.get("date"))
    if str(metadata.get("language") or "en").lower().startswith("en"):
        return f"{date.day} {date:%B %Y}"
    return date.isoformat()


def _readable_duration(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e9:
        return "" if isinstance(value, (int, float)) else _text(value)
    minutes, seconds = divmod(round(value), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


def _timestamp(metadata: Mapping[str, Any]) -> int:
    """Seconds since 1970 for the time in the PDF: midnight of the document's date, else of 2000-01-01."""
    date = _date(metadata) or datetime.date(2000, 1, 1)
    return max(0, (date - datetime.date(1970, 1, 1)).days * 86_400)


def _look(language: str, text: str, options: PdfOptions) -> dict[str, str]:
    """Fonts, direction, language and options as the template's inputs; the text stands in for a language."""
    if _SETTING.fullmatch(options.accent) is None:
        raise EpiscribeError(f"the accent colour {options.accent!r} is not of the form #rrggbb")
    tag, *rest = language.lower().replace("_", "-").split("-")
    letters = _LETTER.findall(text[:_SAMPLE])
    sample = "".join(letters)
    rtl = tag in _RTL_LANGUAGES if tag else 2 * len(_RTL.findall(sample)) > len(letters)
    cjk = cjk_family(text, language)
    serif = 2 * len(_LIBERTINUS.findall(sample)) >= len(letters)
    regions = [_SCRIPT_REGIONS.get(part, part.upper()) for part in rest]
    return {
        "lang": tag if re.fullmatch("[a-z]{2,3}", tag) else "",
        "region": next((region for region in regions if re.fullmatch("[A-Z]{2}", region)), ""),
        "dir": "rtl" if rtl else "ltr",
        "fonts": ";".join(body_fonts(cjk, serif=serif)),
        "heading-fonts": ";".join(heading_fonts(cjk)),
        "font-size": f"{options.font_size:g}",
        "accent": options.accent,
        "paper": options.paper,
        "blanks": "yes" if "____" in text.replace("\\", "") else "",
        "angles": "yes" if _TAG.search(text) else "",
        "long-words": "yes" if _LONG_WORD.search(text) else "",
    }


def _unread(markdown: str) -> str:
    """Typst markup that shows Markdown as it was written, paragraph by paragraph."""
    quoted = (
        json.dumps(part, ensure_ascii=False) for part in _MARK.sub("", markdown).split("\n\n") if part.strip()
    )
    return "\n\n".join(f"#par({part})" for part in quoted)


def _typeset(body: str, inputs: Mapping[str, str], folders: Sequence[Path], moment: int) -> bytes:
    """The PDF of typst markup in the project's layout. Raises _RefusedError with typst's first line."""
    import typst

    source = '#import "/episode.typ": *\n#show: episode\n' + _with_title(_with_marks(body))
    fonts = typst.Fonts(include_system_fonts=False, font_paths=list(folders))
    compiler = typst.Compiler(source.encode(), root=TEMPLATES, font_paths=fonts, sys_inputs=dict(inputs))
    try:
        data = compiler.compile(format="pdf", timestamp=moment)
    except typst.TypstError as error:
        raise _RefusedError(str(error).strip().splitlines()[0]) from None
    if not isinstance(data, bytes):
        raise _RefusedError("no file came out")
    return data


def _with_title(body: str) -> str:
    """The heading that the document begins with becomes its title block, or the front matter's title does."""
    match = _TITLE.match(body)
    if match is None:
        return f'#title-block(field("title"))\n{body}'
    return f"#title-block[{match[1]}]\n{body[match.end() :]}"


def _with_marks(body: str) -> str:
    """Turn the marks into calls of the template, or nothing where they do not pair (a fence left open)."""
    opened = 0
    for mark, _ in _MARK.findall(body):
        opened += (mark in (QUESTION, ANSWER)) - (mark == END)
        if not 0 <= opened <= 1:
            break
    return _MARK.sub(_call if opened == 0 else _call_without_blocks, body)


def _call(match: re.Match[str]) -> str:
    calls = {KEY: "#answer-key", SPACE: "#answer-space", QUESTION: "#question", ANSWER: "#answer", END: "]"}
    return calls[match[1]] + (f"({int(match[2] or 0)})[" if match[1] in (QUESTION, ANSWER) else "")


def _call_without_blocks(match: re.Match[str]) -> str:
    return f"*{match[2]}.*" if match[1] in (QUESTION, ANSWER) else "" if match[1] == END else _call(match)
