"""The configuration as a whole: what is set for all shows, the shows and their sources."""

import re
from datetime import date
from difflib import get_close_matches
from typing import Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator

from episcribe.library.naming import OWN_FOLDERS
from episcribe.library.settings import (
    Age,
    AssessmentSettings,
    NetworkSettings,
    NotesSettings,
    PdfSettings,
    Section,
    SpeechSettings,
    StateManagement,
    Texts,
    TranscriptSettings,
    WebsiteSettings,
    YoutubeSettings,
    checked_pattern,
)

Track = Literal["study"]
SourceKind = Literal["feed", "opml", "files", "youtube", "archive", "urls"]

SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)

_ID = re.compile(r"[^\W_](?:[\w.-]{0,62}\w)?")


class ShowSettings(Section):
    """What can be set for all shows under `defaults:`, and for each show by itself."""

    tracks: tuple[Track, ...] = ("study",)
    """What is made of the episodes; an empty list only keeps the catalogue."""
    language: str | None = None
    """The language spoken (BCP 47, such as `en` or `pt-BR`) where the source does not say it right."""
    limit: int | None = Field(default=None, ge=0)
    """Only the newest so many episodes."""
    after: date | None = None
    """Only episodes published on this day or later."""
    before: date | None = None
    """Only episodes published before this day."""
    match: str | None = None
    """Only episodes whose title matches this regular expression, whatever its case."""
    transcript: TranscriptSettings = TranscriptSettings()
    youtube_videos: YoutubeSettings = YoutubeSettings()
    website: WebsiteSettings = WebsiteSettings()
    speech: SpeechSettings = SpeechSettings()
    notes: NotesSettings = NotesSettings()
    assessment: AssessmentSettings = AssessmentSettings()
    pdf: PdfSettings = PdfSettings()

    @field_validator("match")
    @classmethod
    def _is_a_regular_expression(cls, value: str | None) -> str | None:
        return checked_pattern(value)


class Source(NamedTuple):
    """One source of a show; `name` is what records and messages call it."""

    kind: SourceKind
    address: str
    name: str


class Show(ShowSettings):
    """One show: an id, a subject and where its episodes come from."""

    id: str
    """The name of the show's folder: lower-case letters, digits, `-`, `_` and `.`."""
    subject: str = Field(min_length=1)
    """What the show is about, for the notes."""
    title: str | None = None
    """The title to use instead of the one that the source gives."""
    feed: Texts = ()
    """A podcast feed: a URL, or the path of a file (relative to the configuration file). In the addresses of
    all sources but `files`, `${NAME}` is taken from the environment, so that no secret need stand here."""
    opml: Texts = ()
    """A subscription list, URL or path; each feed in it becomes a show."""
    files: Texts = ()
    """A glob of transcripts or recordings on disk, such as `talks/**/*.vtt`."""
    youtube: Texts = ()
    """A YouTube channel, handle (`@name`), playlist or video."""
    archive: Texts = ()
    """An archive.org item, a collection, or a search query."""
    urls: Texts = ()
    """A page or media file on the web, or the path of a list of them, one a line, `#` before comments."""

    @field_validator("id")
    @classmethod
    def _names_a_folder(cls, value: str) -> str:
        if not _ID.fullmatch(value) or value != value.lower():
            raise ValueError("expected at most 64 lower-case letters, digits, '-', '_' and '.'")
        if value in OWN_FOLDERS:
            raise ValueError("the library has a folder of its own of that name; choose another id")
        return value

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the episodes come from, in the order of SOURCE_KINDS; addresses as they are to be used.

        The first is called as the show is, others `show+kind`, from the second of a kind on `show+kind+2`.
        """
        found: list[Source] = []
        for kind in SOURCE_KINDS:
            for number, address in enumerate(getattr(self, kind), 1):
                later = f"{self.id}+{kind}" + (f"+{number}" if number > 1 else "")
                found.append(Source(kind, address, later if found else self.id))
        return tuple(found)


class Configuration(Section):
    """The whole of `config.yaml`."""

    library: str = "processed"
    """The folder of the library, relative to the working directory (`--directory`)."""
    timezone: str = "UTC"
    """The IANA zone whose calendar days name the episodes' folders."""
    refresh: Age = 21600.0
    """How old the catalogue may get before feeds are read again: `30m`, `6h`, `1d`, `never`."""
    seal: bool = True
    """Leave finished episodes out of Snakemake's graph; `--config seal=false` shows all of it."""
    keep_recordings: bool = False
    """Keep the recordings that were fetched for speech recognition, as `audio.*` in the episodes' folders."""
    network: NetworkSettings = NetworkSettings()
    state_management: StateManagement = StateManagement()
    defaults: ShowSettings = ShowSettings()
    shows: tuple[Show, ...] = ()

    @field_validator("library")
    @classmethod
    def _has_no_wildcards(cls, value: str) -> str:
        if "{" in value or "}" in value or not value:
            raise ValueError("expected a path without braces, which Snakemake takes for wildcards")
        return value

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value != "UTC" and value not in available_timezones():
            near = get_close_matches(value, available_timezones(), 1)
            raise ValueError("no such time zone" + (f"; did you mean {near[0]}?" if near else ""))
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.timezone)

    @property
    def refresh_seconds(self) -> float:
        """`refresh` in seconds."""
        return self.refresh
