"""Transcripts on the web pages of an episode and of its show.

`find_documents` offers what may be the episode's transcript, best first; `documents_in` does so for one page
that is at hand; `has_page` says whether an episode is worth asking for.
"""

from episcribe.sources.website.addresses import has_page
from episcribe.sources.website.finding import documents_in, find_documents
from episcribe.sources.website.model import Document, Fetched, Settings

__all__ = ["Document", "Fetched", "Settings", "documents_in", "find_documents", "has_page"]
