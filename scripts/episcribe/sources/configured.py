"""The configuration, as far as discovery looks at it."""

from collections.abc import Sequence
from typing import Protocol

from episcribe.library.refresh import ConfiguredSource
from episcribe.library.selection import Filters


class VideoSettings(Protocol):
    """What a show takes from YouTube."""

    @property
    def shorts(self) -> bool: ...
    @property
    def live(self) -> bool: ...
    @property
    def translations(self) -> bool: ...


class ConfiguredShow(Filters, Protocol):
    """A show of the configuration."""

    @property
    def subject(self) -> str: ...
    @property
    def title(self) -> str | None: ...
    @property
    def sources(self) -> Sequence[ConfiguredSource]: ...
    @property
    def youtube_videos(self) -> VideoSettings: ...


class Network(Protocol):
    """The limits of fetching."""

    @property
    def max_feed_megabytes(self) -> int: ...


class Configuration(Protocol):
    """The whole configuration."""

    @property
    def timezone(self) -> str: ...
    @property
    def refresh_seconds(self) -> float: ...
    @property
    def network(self) -> Network: ...
    @property
    def shows(self) -> Sequence[ConfiguredShow]: ...
