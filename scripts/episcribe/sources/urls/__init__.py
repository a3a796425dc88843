"""Single addresses on the web as episodes, and lists of them."""

from episcribe.sources.urls.reading import read_urls

__all__ = ["read_urls"]
