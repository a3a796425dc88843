"""YouTube as a source of episodes, and its captions as transcripts."""

from episcribe.sources.youtube.reading import read_youtube

__all__ = ["read_youtube"]
