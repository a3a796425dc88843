"""Where on a page a transcript can stand: in a part that is called one, or in the main text."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from episcribe.library.errors import EpiscribeError
from episcribe.sources.website.pages import Page, Unusable, parse_page
from episcribe.sources.website.rendering import short_text
from episcribe.sources.website.wording import (
    AFTERWORD,
    LEADS_ELSEWHERE,
    NAMES_TRANSCRIPT,
    TRANSCRIPT_TITLE,
    TRANSCRIPTS,
)

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_TITLES = (
    "h1, h2, h3, h4, h5, h6, summary, button, legend, dt, strong, b, [role=tab], [role=button], "
    "[role=heading], p, a[href^='#'], figcaption"
)
# Classes that say what kind of page it is, not what the element holds (WordPress, Drupal).
_PAGE_CLASS = re.compile(
    r"(?:^|[\s])(?:category|tag|post|page|single|term|tax|type|format|has|no|hide|without|is|menu|node)-[\w-]*|\S*(?:link|btn|button|"
    r"toggle|tab|title|heading|icon|download|tooltip|nav|menu|cta|search|teaser|preview|notice|disclaimer|controls?)\b\S*",
    re.IGNORECASE,
)
_MAIN = (
    "[itemprop=articleBody], .entry-content, .post-content, .episode-content, .article-body, .body.markup, "
    ".gh-content",
    "article",
    "main, [role=main], #main, #content",
)
_AFTER = re.compile(r"(?:^|[\s_-])(?:comments?|respond|disqus|related|footer)(?:$|[\s_-])", re.IGNORECASE)
_CLIMB = 5
_LARGE = 200
_MAX_FOR_TRAFILATURA = 1_500_000
_MOST_TAGS = 30_000
_MOST_NODES = 50_000
_MOST_TITLES = 5


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a page's elements, and how they were found."""

    nodes: "list[LexborNode]"
    how: str


def chosen_parts(page: Page, selector: str) -> list[Part]:
    """The elements that the user's CSS `selector` names; raises EpiscribeError when it is no selector."""
    from selectolax.lexbor import SelectolaxError

    try:
        nodes = outermost(page.body.css(selector))
    except SelectolaxError:
        raise EpiscribeError(f"website.content: {selector!r} is no CSS selector") from None
    return [Part(nodes, f"the part {selector}")] if nodes else []


def marked_parts(page: Page) -> Iterator[Part]:
    """The parts that are called transcript: by class or id, then by a heading, a button or a tab."""
    named = [node for node in page.body.css("[class], [id], [data-testid]") if _is_named(node)]
    nodes = [node for node in outermost(named) if len(node.text() or "") > _LARGE]
    if len(nodes) == 1:
        yield Part(nodes, "the part that is marked as the transcript")
    elif nodes or len(named) > 3:
        yield Part(nodes or [_common(named)], "the parts that are marked as the transcript")
    titles = 0
    for node in page.body.css(_TITLES)[:_MOST_NODES]:
        text = short_text(node)
        if text is None or not TRANSCRIPT_TITLE.match(text) or text.endswith((".", "?", ",")):
            continue
        if TRANSCRIPTS.search(text):
            continue
        yield from _under(page, node, text)
        titles += 1
        if titles == _MOST_TITLES:
            return


def main_parts(page: Page) -> Iterator[Part]:
    """The main text: by the elements that pages have for it, else as trafilatura finds it."""
    whole = len(page.body.text() or "")
    for selector in _MAIN:
        nodes = outermost(page.body.css(selector))
        largest = max(nodes, key=lambda node: len(node.text() or ""), default=None)
        if largest is not None and len(largest.text() or "") > max(_LARGE, 0.2 * whole):
            yield Part([largest], "the main text")
            return
    extracted = _by_trafilatura(page)
    if extracted is not None:
        yield Part([extracted.body], "the main text")


def embedded_transcripts(page: Page) -> Iterator[str]:
    """Transcripts in the page's structured data (schema.org `transcript` of a PodcastEpisode, AudioObject or
    VideoObject in JSON-LD).
    """
    for script in page.tree.css("script[type='application/ld+json']")[:20]:
        try:
            data = json.loads(script.text() or "")
        except (ValueError, RecursionError):
            continue
        yield from _transcripts_in(data)


def outermost(nodes: "list[LexborNode]") -> "list[LexborNode]":
    """`nodes`, each once, without those that stand inside another of them."""
    known = {node.mem_id: node for node in nodes}
    return [node for node in known.values() if not any(above.mem_id in known for above in _ancestors(node))]


def _is_named(node: "LexborNode") -> bool:
    tag = node.tag or ""
    if tag in {
        "body",
        "html",
        "a",
        "button",
        "script",
        "style",
        "link",
        "meta",
        "input",
        "nav",
        "template",
        "svg",
        "option",
    }:
        return False
    attributes = node.attributes
    marks = " ".join(attributes.get(name) or "" for name in ("class", "id", "data-testid"))
    if not NAMES_TRANSCRIPT.search(marks):
        return False
    return NAMES_TRANSCRIPT.search(_PAGE_CLASS.sub(" ", marks)) is not None


def _under(page: Page, node: "LexborNode", title: str) -> Iterator[Part]:
    """What stands under a title: what the button or tab opens, else what follows."""
    target = node.attributes.get("aria-controls") or ""
    href = node.attributes.get("href") or ""
    if not target and href.startswith("#"):
        target = href[1:]
    if target and re.fullmatch(r"[\w-]{1,100}", target):
        opened = page.body.css_first(f'[id="{target}"]')
        if opened is not None and len(opened.text() or "") > _LARGE:
            yield Part([opened], f"the part that {title[:40]!r} opens")
            return
    if node.tag == "a" or LEADS_ELSEWHERE.search(title):
        return
    following = _following(node, title)
    if following:
        yield Part(following, f"the part under {title[:60]!r}")


def _following(node: "LexborNode", title: str) -> "list[LexborNode]":
    """The elements after a title up to comments and the like, from the lowest level that has enough."""
    level = _level(node)
    for _ in range(_CLIMB):
        nodes = []
        size = 0
        after = node.next
        while after is not None and not _ends(after, level):
            nodes.append(after)
            size += len(after.text() or "") if after.tag != "-text" else len(after.text_content or "")
            after = after.next
        if size > _LARGE:
            return nodes
        if after is not None and size:
            return []
        parent = node.parent
        if parent is None or parent.tag in {"body", "html"}:
            return []
        node = parent
    return []


def _ends(node: "LexborNode", level: int) -> bool:
    """True for a heading, or an element that begins with one, of what comes after a transcript."""
    if node.tag == "-text":
        return False
    marks = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    if _AFTER.search(marks):
        return True
    heading = node if _level(node) < 7 else None
    if heading is None and node.tag in {"section", "div", "aside", "footer", "details"}:
        first = node.css_first("h1, h2, h3, h4, h5, h6, summary")
        text = (node.text() or "").lstrip()[:120] if first is not None else ""
        heading = first if first is not None and text.startswith((first.text() or "").strip()[:80]) else None
    if heading is None:
        return False
    return (
        _level(heading) <= max(level, 2)
        and AFTERWORD.match(" ".join((heading.text() or "").split())[:120]) is not None
    )


def _level(node: "LexborNode") -> int:
    tag = node.tag or ""
    if tag == "summary":
        return 6
    return int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit() else 7


def _common(nodes: "list[LexborNode]") -> "LexborNode":
    """The lowest element that holds all of `nodes`."""
    others = [{above.mem_id for above in _ancestors(node)} for node in nodes[1:50]]
    for above in _ancestors(nodes[0]):
        if all(above.mem_id in ancestors for ancestors in others):
            return above
    return nodes[0]


def _ancestors(node: "LexborNode") -> "Iterator[LexborNode]":
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def _by_trafilatura(page: Page) -> Page | None:
    html = page.tree.html or ""
    if len(html) > _MAX_FOR_TRAFILATURA or html.count("<") > _MOST_TAGS:
        return None
    from trafilatura import extract

    found = extract(
        html,
        output_format="html",
        include_comments=False,
        include_formatting=True,
        include_tables=True,
        favor_recall=True,
        fast=True,
    )
    if not found:
        return None
    try:
        return parse_page(found, page.url)
    except Unusable:
        return None


def _transcripts_in(data: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(data, list) and depth < 6:
        for item in data[:50]:
            yield from _transcripts_in(item, depth + 1)
    elif isinstance(data, dict) and depth < 6:
        value = data.get("transcript")
        if isinstance(value, dict):
            value = value.get("text")
        if isinstance(value, str) and len(value) > _LARGE:
            yield value
        for key in (
            "@graph",
            "mainEntity",
            "mainEntityOfPage",
            "associatedMedia",
            "audio",
            "video",
            "partOfEpisode",
        ):
            yield from _transcripts_in(data.get(key), depth + 1)
