"""Transcripts on the web pages of an episode and its show."""

from collections.abc import Iterator
from functools import partial

from episcribe.library.config import WebsiteSettings
from episcribe.sources.website import Document, Fetched, find_documents
from episcribe.stages.modules.search import Obtained, Search, Variant, read_original


def website(search: Search) -> Iterator[Variant]:
    """The transcripts that the episode's page and the configured ones hold or lead to."""
    settings = WebsiteSettings.model_validate(search.options["website"])
    for document in find_documents(search.episode, settings, fetch=partial(_fetch, search)):
        yield partial(_read, document, search)


def _fetch(search: Search, url: str) -> Fetched:
    page = search.originals.get_page(url, "page")
    return Fetched(page.data, page.known.get("url", url), page.type)


def _read(document: Document, search: Search) -> Obtained:
    original = search.originals.keep(document.url, document.type, document.data, "transcript")
    return read_original(original, search, language=None, found=document.why)
