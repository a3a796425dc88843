"""Transcripts on the web pages of an episode and its show."""

from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace
from typing import cast

from episcribe.sources.website import Document, Fetched, Settings, find_documents
from episcribe.stages.modules.search import Obtained, Search, Variant, read_original
from episcribe.stages.originals import Original

_ROLE = "website"


def website(search: Search) -> Iterator[Variant]:
    """What was found on pages before, then what the episode's page and the configured ones have now."""
    kept = search.originals.kept_as(_ROLE)
    for original in kept:
        yield partial(_read, original, search)
    settings = cast(Settings, SimpleNamespace(**search.options["website"]))
    for document in find_documents(search.episode, settings, fetch=partial(_fetch, search)):
        if all(original.data != document.data for original in kept):
            yield partial(_keep_and_read, document, search)


def _fetch(search: Search, url: str) -> Fetched:
    page = search.originals.get_page(url)
    return Fetched(page.data, page.known.get("url", url), page.type)


def _keep_and_read(document: Document, search: Search) -> Obtained:
    original = search.originals.keep(document.url, document.type, document.data, _ROLE, found=document.why)
    return _read(original, search)


def _read(original: Original, search: Search) -> Obtained:
    return read_original(original, search, language=None, found=original.known.get("found"))
