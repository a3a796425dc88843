"""Transcripts that the source names: files on this disk, and the feed's transcript tags."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import cast

from episcribe.library.episode import Episode, TranscriptLink
from episcribe.library.errors import EpiscribeError, FailureKind, UnreadableTranscript
from episcribe.library.modules import is_on_disk
from episcribe.library.refresh import is_remote
from episcribe.stages.modules.search import Obtained, Search, Variant, read_original
from episcribe.stages.originals import Original
from episcribe.transcripts.declared import declared_format


def files(search: Search) -> Iterator[Variant]:
    """The transcripts that the source `files` found."""
    return _variants(search, on_disk=True)


def rss(search: Search) -> Iterator[Variant]:
    """The transcripts that the feed names."""
    return _variants(search, on_disk=False)


def order_variants(episode: Episode, preference: Sequence[str], language: str | None) -> list[TranscriptLink]:
    """The episode's transcripts, best first: by spoken language, preferred format, order in the source."""
    spoken = (language or episode.language or "").partition("-")[0].lower()

    def rank(link: TranscriptLink) -> tuple[bool, int]:
        other = bool(spoken and link.language and link.language.partition("-")[0].lower() != spoken)
        kind = declared_format(link.type, link.url)
        return other, preference.index(kind) if kind in preference else len(preference)

    return sorted(episode.transcripts, key=rank)


def _variants(search: Search, *, on_disk: bool) -> Iterator[Variant]:
    episode = search.episode
    for link in order_variants(episode, search.options["prefer"], search.options["language"]):
        if is_on_disk(link.url, episode.keys) == on_disk:
            yield partial(_read, link, search)


def _read(link: TranscriptLink, search: Search) -> Obtained:
    original = search.originals.get(link.url, link.type, "transcript")
    page = _part_of_page(original, search) if _is_page(link) else None
    try:
        return read_original(page or original, search, language=link.language)
    except UnreadableTranscript as error:
        if not is_remote(link.url):
            raise
        # Servers send error pages and halves of files as if they were what was asked for.
        raise EpiscribeError(str(error), FailureKind.TRANSIENT) from error


def _is_page(link: TranscriptLink) -> bool:
    return is_remote(link.url) and declared_format(link.type, link.url) == "html"


def _part_of_page(original: Original, search: Search) -> Original | None:
    """The transcript in a whole web page; None where it is no such page."""
    from episcribe.sources.website import Fetched, Settings, documents_in

    answer = Fetched(original.data, original.known.get("url", original.url), original.type)
    settings = cast(Settings, SimpleNamespace(**search.options["website"]))
    try:
        document = next(documents_in(answer, search.episode, settings), None)
    except EpiscribeError:
        return None
    return None if document is None else replace(original, data=document.data, type=document.type)
