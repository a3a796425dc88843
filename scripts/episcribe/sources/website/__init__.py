"""Transcripts on the web pages of an episode and of its show.

`find_documents` offers what may be the episode's transcript, best first; `has_page` says whether an episode
is worth asking for.
"""

from episcribe.sources.website.addresses import has_page
from episcribe.sources.website.finding import find_documents
from episcribe.sources.website.model import Document, Fetched, Settings

__all__ = ["Document", "Fetched", "Settings", "find_documents", "has_page"]
