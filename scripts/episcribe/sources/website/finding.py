"""The search for an episode's transcript on the web, from the most certain place to the least."""

import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

from episcribe.library.episode import Episode
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.sources.website.addresses import (
    configured_pages,
    conventional_pages,
    is_home,
    own_page,
    plain_address,
)
from episcribe.sources.website.model import Document, Fetched, Settings

if TYPE_CHECKING:
    from episcribe.sources.website.judging import Trust
    from episcribe.sources.website.pages import Page
    from episcribe.sources.website.parts import Part

MAX_FETCHES = 6


def find_documents(
    episode: Episode, settings: Settings, *, fetch: Callable[[str], Fetched]
) -> Iterator[Document]:
    """What may be the transcript of `episode`, best first, looked for as far as it is asked for.

    Asks the configured pages, the configured lists, what the show notes link to, the episode's page with its
    links, and where its host puts transcripts: at most 6 fetches. What is plainly no transcript (too short or
    too long for the recording, a teaser, chapters, text about the episode) is left out. `fetch` raises
    EpiscribeError. When nothing was offered, or when a page could not be had that another run may get, this
    ends by raising EpiscribeError with the reasons.
    """
    search = _Search(episode, settings, fetch)
    yield from search.documents()
    search.conclude()


def documents_in(answer: Fetched, episode: Episode, settings: Settings) -> Iterator[Document]:
    """The transcript in one answer that somebody else named (a feed, say): a page's part, or a file as it is.

    Fetches nothing. Raises EpiscribeError (of kind NONE) with the reasons when nothing is there.
    """
    search = _Search(episode, settings, lambda url: answer)
    yield from search.told(answer.url, answer.content_type, "named as the transcript")
    search.conclude()


class _Search:
    """One search: what it asked, what it offered and what it refused."""

    def __init__(self, episode: Episode, settings: Settings, fetch: Callable[[str], Fetched]) -> None:
        self._episode = episode
        self._settings = settings
        self._fetch = fetch
        self._links = _compiled(settings.links)
        self._asked: set[str] = set()
        self._offered: set[bytes] = set()
        self._refused: list[str] = []
        self._failures: list[EpiscribeError] = []

    def documents(self) -> Iterator[Document]:
        """Everything that is found, lazily."""
        for url in configured_pages(self._episode, self._settings):
            yield from self.told(url, None, "a configured page")
        for url in self._settings.index:
            yield from self._index(url)
        if "http" in (self._episode.description or ""):
            from episcribe.sources.website.links import links_in_notes

            for link in links_in_notes(self._episode):
                yield from self.told(link.url, link.type, link.why)
        own = own_page(self._episode)
        if own is not None:
            yield from self._own(own)
        for url in conventional_pages(self._episode, own):
            yield from self.told(url, None, "where its host has transcripts")

    def conclude(self) -> None:
        """Raise what is to be known at the end: a failure that may pass, or that nothing is there."""
        for kind in (FailureKind.BLOCKED, FailureKind.TRANSIENT):
            for failure in self._failures:
                if failure.kind is kind:
                    raise EpiscribeError(str(failure), kind)
        if not self._offered:
            reasons = [*map(str, self._failures), *self._refused] or ["it has no page that could hold one"]
            raise EpiscribeError(
                "no transcript on the web: " + "; ".join(dict.fromkeys(reasons)), FailureKind.NONE
            )

    def _own(self, url: str) -> Iterator[Document]:
        from episcribe.sources.website.judging import Trust
        from episcribe.sources.website.links import languages_first, transcript_links

        answer = self._open(url)
        if answer is None or isinstance(answer, str):
            return
        if is_home(answer.url):
            self._refused.append(f"{url} leads to the site's home page")
            return
        links, refused = transcript_links(answer, self._links, self._episode)
        self._refused.extend(refused)
        links = languages_first(links, self._episode.language)
        for link in links:
            if link.is_file:
                yield from self.told(link.url, link.type, link.why)
        offered = len(self._offered)
        yield from self._marked(answer)
        has_own = len(self._offered) > offered
        for link in links:
            if not link.is_file:
                yield from self.told(link.url, link.type, link.why)
        for guess in conventional_pages(self._episode, url):
            yield from self.told(guess, None, "where its host has transcripts")
        if not has_own:
            trust = Trust.TOLD if _is_called_transcript(answer) else Trust.NOBODY
            yield from self._main(answer, trust)

    def told(self, url: str, kind: str | None, why: str) -> Iterator[Document]:
        """What stands at an address that somebody calls the transcript's."""
        from episcribe.sources.website.judging import Trust

        answer = self._open(url)
        if answer is None:
            return
        if isinstance(answer, str):
            yield from self._offer(Document(self._body, self._url, kind or self._type, self._url, why))
            return
        if is_home(answer.url):
            self._refused.append(f"{url} leads to the site's home page")
            return
        offered = len(self._offered)
        yield from self._marked(answer)
        if len(self._offered) == offered:
            yield from self._main(answer, Trust.TOLD)

    def _index(self, url: str) -> Iterator[Document]:
        from episcribe.sources.website.indexes import link_of_episode

        answer = self._open(url)
        if answer is None or isinstance(answer, str):
            return
        found, why = link_of_episode(answer, self._episode)
        if found is None:
            self._refused.append(why)
        else:
            yield from self.told(found, None, why)

    def _marked(self, page: "Page") -> Iterator[Document]:
        """The part that the user chose, else what the page itself calls a transcript."""
        from episcribe.sources.website.judging import Trust
        from episcribe.sources.website.parts import chosen_parts, embedded_transcripts, marked_parts

        if self._settings.content:
            chosen = chosen_parts(page, self._settings.content)
            if chosen:
                yield from self._parts(page, iter(chosen), Trust.CHOSEN)
                return
            self._refused.append(f"{page.url}: nothing is at {self._settings.content}")
        offered = len(self._offered)
        yield from self._parts(page, marked_parts(page), Trust.MARKED)
        if len(self._offered) == offered:
            for text in embedded_transcripts(page):
                yield from self._text(page, text)

    def _main(self, page: "Page", trust: "Trust") -> Iterator[Document]:
        from episcribe.sources.website.parts import main_parts

        if not self._settings.content:
            yield from self._parts(page, main_parts(page), trust)

    def _parts(self, page: "Page", parts: "Iterator[Part]", trust: "Trust") -> Iterator[Document]:
        from episcribe.sources.website.judging import refuse
        from episcribe.sources.website.rendering import render

        for part in parts:
            rendered = render(part.nodes)
            why_not = refuse(rendered, self._episode.duration, trust)
            if why_not is not None:
                self._refused.append(f"{page.url}: {part.how}: {why_not}")
                continue
            from episcribe.sources.website.captions import captions_in

            captions = captions_in(rendered.text)
            url = f"{page.url.partition('#')[0]}#transcript"
            why = f"{part.how} of {page.url}"
            if captions is not None:
                yield from self._offer(Document(captions.encode(), url, "text/vtt", "transcript.vtt", why))
            else:
                data = _as_page(rendered.html, page.language, page.title).encode("utf-8", "replace")
                yield from self._offer(Document(data, url, "text/html", "transcript.html", why))
            return

    def _text(self, page: "Page", text: str) -> Iterator[Document]:
        """A transcript from structured data, which may be HTML or text."""
        from episcribe.sources.website.judging import Trust, refuse
        from episcribe.sources.website.pages import Unusable, parse_page
        from episcribe.sources.website.rendering import render

        html = text if re.search(r"<(?:p|br|div)\b", text) else "<p>" + escape(text).replace("\n", "<br>")
        try:
            rendered = render([parse_page(html, page.url).body])
        except Unusable:
            return
        why_not = refuse(rendered, self._episode.duration, Trust.MARKED)
        if why_not is not None:
            self._refused.append(f"{page.url}: its structured data: {why_not}")
            return
        data = _as_page(rendered.html, page.language, page.title).encode("utf-8", "replace")
        url = f"{page.url.partition('#')[0]}#transcript"
        yield from self._offer(
            Document(data, url, "text/html", "transcript.html", f"the structured data of {page.url}")
        )

    def _open(self, url: str) -> "Page | str | None":
        """The page or text at `url`; None when it was asked before, cannot be had, or is neither."""
        url = plain_address(url)
        if url in self._asked:
            return None
        if len(self._asked) >= MAX_FETCHES:
            self._refused.append(f"{url} was not asked, after {MAX_FETCHES} pages")
            return None
        self._asked.add(url)
        from episcribe.sources.website.pages import Unusable, open_page

        try:
            fetched = self._fetch(url)
        except EpiscribeError as failure:
            self._failures.append(failure)
            return None
        self._body, self._url, self._type = fetched.body, fetched.url, fetched.content_type
        try:
            return open_page(fetched)
        except Unusable as reason:
            self._refused.append(f"{url} is {reason}")
            return None

    def _offer(self, document: Document) -> Iterator[Document]:
        digest = sha256(document.data).digest()
        if digest not in self._offered:
            self._offered.add(digest)
            yield document


def _is_called_transcript(page: "Page") -> bool:
    from urllib.parse import unquote, urlsplit

    from episcribe.sources.website.wording import NAMES_TRANSCRIPT

    return bool(
        NAMES_TRANSCRIPT.search(page.title) or NAMES_TRANSCRIPT.search(unquote(urlsplit(page.url).path))
    )


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    if not pattern:
        return None
    try:
        return re.compile(pattern)
    except re.error as error:
        raise EpiscribeError(f"website.links: not a regular expression: {error}") from None


def _as_page(html: str, language: str | None, title: str) -> str:
    lang = f' lang="{escape(language)}"' if language else ""
    return (
        f'<!DOCTYPE html>\n<html{lang}><head><meta charset="utf-8"><title>{escape(title)}</title></head>\n'
        f"<body>\n{html}\n</body></html>\n"
    )
