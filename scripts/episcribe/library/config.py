"""The configuration: its models, which also give the defaults, the schema and the reference page."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    field_validator,
)

from episcribe.library.addresses import with_environment
from episcribe.library.errors import ConfigurationError
from episcribe.library.naming import OWN_FOLDERS

Track = Literal["study"]
TranscriptFormat = Literal["vtt", "json", "json3", "srv", "srt", "ttml", "sbv", "html", "md", "txt"]
QuestionKind = Literal["multiple choice", "cloze", "short answer"]
SourceKind = Literal["feed", "opml", "files", "youtube", "archive", "urls"]
Module = Literal["files", "rss", "youtube", "website", "speech"]

_NOT_PATHS = frozenset(("youtube", "archive"))
SOURCE_KINDS: tuple[SourceKind, ...] = get_args(SourceKind)

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_AGE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([smhdw]?)\s*", re.IGNORECASE)
_SLOT = re.compile(r"direct|proxy:(?:https?|socks5h?)://\S+|tor:[\w.-]+:\d{1,5}")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?")
_USER_INFO = re.compile(r"//[^\s'\"]*@")  # which may hold a password
_ID = re.compile(r"[^\W_](?:[\w.-]{0,62}\w)?")


def parse_age(value: object) -> float:
    """Seconds of an age such as `90`, `30m`, `6h`, `1.5d` or `2w`; `never` is infinite.

    Raises ValueError for anything else.
    """
    if isinstance(value, bool):
        raise ValueError("an age is a number and a unit, such as 30m, 6h or 1d")
    if isinstance(value, (int, float)) and value >= 0:
        return float(value)
    text = str(value)
    if text.strip().lower() == "never":
        return float("inf")
    match = _AGE.fullmatch(text)
    if not match:
        raise ValueError("an age is a number and a unit, such as 30m, 6h or 1d, or never")
    return float(match[1]) * _SECONDS[match[2].lower() or "s"]


Age = Annotated[float, BeforeValidator(parse_age), WithJsonSchema({"type": ["string", "number"]})]


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Texts = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(_one_or_more),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
]

ReportFormat = Literal["html", "json", "csv", "prom"]
ReportFormats = Annotated[
    tuple[ReportFormat, ...],
    BeforeValidator(_one_or_more),
    WithJsonSchema({"type": ["string", "array"], "items": {"enum": list(get_args(ReportFormat))}}),
]
Addresses = Annotated[Texts, BeforeValidator(lambda value: () if value is None else value)]

_WEBHOOK = re.compile(r"(?:(?:json|slack|discord|ntfy)\+)?(?:https?://\S+|\$\{\w+\}\S*)")
_STREAM = re.compile(r"unix:.+|tcp:(?:[^\s:]+|\[[0-9a-fA-F:]+\]):\d{1,5}|(?!unix:|tcp:).+", re.DOTALL)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class HostSettings(_Model):
    """Manners towards one host and those below it."""

    per_host: int = Field(default=2, ge=1, le=64)
    """Requests to one host at the same time, over all processes."""
    pause: float = Field(default=0.0, ge=0, le=3600)
    """Seconds between the starts of two requests to one host, over all processes."""


GENTLE_HOSTS: dict[str, HostSettings] = {
    "youtube.com": HostSettings(per_host=1, pause=1.0),
    "archive.org": HostSettings(per_host=2, pause=0.5),
}


class NetworkSettings(_Model):
    """How Episcribe fetches."""

    user_agent: str = "Episcribe/0.1 (podcast archive tool)"
    """What servers are told is asking; add a way to reach you when you fetch a lot."""
    timeout: float = Field(default=30.0, gt=0)
    """Seconds without an answer after which a request is given up."""
    deadline: float = Field(default=300.0, gt=0)
    """Seconds that one fetch may take in all, redirects and retries included."""
    max_feed_megabytes: int = Field(default=64, gt=0)
    """A feed larger than this is refused."""
    max_transcript_megabytes: int = Field(default=20, gt=0)
    """A transcript larger than this is refused."""
    max_recording_megabytes: int = Field(default=4000, gt=0)
    """A recording larger than this is refused."""
    allow_private: bool = False
    """Fetch from private and loopback addresses too: for feeds served on your own network."""
    per_host: int = Field(default=2, ge=1, le=64)
    """Requests to one host at the same time, over all processes."""
    pause: float = Field(default=0.0, ge=0, le=3600)
    """Seconds between the starts of two requests to one host, over all processes."""
    hosts: dict[str, HostSettings] = GENTLE_HOSTS
    """Other manners for single hosts and those below them, as `youtube.com: {per_host: 1, pause: 1}`."""
    rest: Age = 3600.0
    """How long a host is left in peace after it blocked a request, unless it names a time itself."""
    robots: bool = True
    """Honour robots.txt when pages are read."""
    slots: tuple[str, ...] = ("direct",)
    """Ways to the network that fetches take turns on: `direct`, `proxy:URL` (HTTP or SOCKS5; `${NAME}` in it
    is taken from the environment), `tor:HOST:CONTROL-PORT`."""
    rotation: Age = 3600.0
    """How long a slot is used before it gets a new circuit or new connections."""

    @field_validator("hosts", mode="after")
    @classmethod
    def _over_the_gentle_ones(cls, value: dict[str, HostSettings]) -> dict[str, HostSettings]:
        for host in value:
            if not _HOST.fullmatch(host):
                raise ValueError(f"expected the name of a host, such as example.org, in place of {host!r}")
        return {**GENTLE_HOSTS, **value}

    @field_validator("slots")
    @classmethod
    def _are_slots(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for slot in value:
            if not _SLOT.fullmatch(slot):
                raise ValueError(
                    "a slot is direct, proxy:http://HOST:PORT, proxy:socks5://HOST:PORT "
                    "or tor:HOST:CONTROL-PORT"
                )
        if not value or len(set(value)) != len(value):
            raise ValueError("expected at least one slot, and none of them twice")
        return value


_Attempts = Annotated[int, Field(ge=1, le=100)]


class MaxRetries(_Model):
    """How often a stage of an episode is tried, over all runs, before it is given up."""

    download: _Attempts = 3
    """Attempts at fetching a recording."""
    conversion: _Attempts = 2
    """Attempts at making a video of it."""
    upload: _Attempts = 3
    """Attempts at uploading the video."""
    transcript: _Attempts = 3
    """Attempts at a transcript."""
    others: _Attempts = 2
    """Attempts at every other stage."""


class RecoverySettings(_Model):
    """What later runs do about stages that failed. What is permanent is given up at once."""

    max_retries: MaxRetries = MaxRetries()
    retry_delay: Age = 300.0
    """How long a stage rests after its first failure; twice as long after each further one."""
    longest_delay: Age = 86400.0
    """The longest such rest."""
    look_again: Age = 604800.0
    """When a transcript is looked for again where there was none; later each time, up to twelvefold."""


class ReportingSettings(_Model):
    """The reports that each run leaves in the library's folder `reports`."""

    generate_daily: bool = True
    """Write a report of the day."""
    generate_weekly: bool = True
    """Write a report of the week."""
    report_format: ReportFormats = ("html", "json", "csv", "prom")
    """What is written, one or more of: `html` (the daily and weekly pages), `json` (`summary.json`), `csv`
    (`episodes.csv`), `prom` (`metrics.prom`, for the text file collector of Prometheus' node exporter).
    """


class MonitoringSettings(_Model):
    """Whom a run tells of what happened. Nothing here ever makes a run fail."""

    alert_on_failure: bool = True
    """Tell of episodes that failed, once for each cause, and when they recovered."""
    alert_threshold: int = Field(default=5, ge=0)
    """Tell when so many stages failed one after the other; 0 for never."""
    alert_when_finished: bool = False
    """Tell how every run ended."""
    webhook_url: Addresses = ()
    """Where alerts go, one or more; those in the environment variable `EPISCRIBE_WEBHOOK_URL` are added.
    `${NAME}` stands for an environment variable, which keeps secrets out of this file. Slack, Discord and
    ntfy.sh are known by their hosts; elsewhere `slack+https://…`, `discord+https://…` or `ntfy+https://…`
    names the shape, and anything else gets JSON.
    """
    stream: str | None = None
    """Where events go as CloudEvents, a line of JSON each: a file's path, `unix:PATH` or `tcp:HOST:PORT`."""

    @field_validator("webhook_url")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for number, address in enumerate(value, 1):
            if not _WEBHOOK.fullmatch(address):
                # The address itself may be a secret.
                raise ValueError(f"number {number} is neither http(s)://… nor ${{NAME}}")
        return value

    @field_validator("stream")
    @classmethod
    def _is_a_stream(cls, value: str | None) -> str | None:
        if value is not None and not _STREAM.fullmatch(value):
            raise ValueError("expected a file's path, unix:PATH or tcp:HOST:PORT")
        return value


class StateManagement(_Model):
    """What the library remembers of its episodes, and what follows from it."""

    recovery: RecoverySettings = RecoverySettings()
    reporting: ReportingSettings = ReportingSettings()
    monitoring: MonitoringSettings = MonitoringSettings()


class TranscriptSettings(_Model):
    """Where the transcript of an episode comes from, and which is used."""

    modules: tuple[Module, ...] = Field(default=get_args(Module), min_length=1)
    """The ways to a transcript in the order in which they are tried; the first good one is used."""
    prefer: tuple[TranscriptFormat, ...] = get_args(TranscriptFormat)
    """The order in which an episode's variants are tried."""
    quality: int = Field(default=50, ge=0, le=100)
    """The score that a transcript needs; one that scores less is not used, and the next variant is tried."""


class YoutubeSettings(_Model):
    """What is taken from YouTube."""

    shorts: bool = False
    """Take shorts too."""
    live: bool = True
    """Take recordings of live streams too, once they have ended."""
    translations: bool = False
    """Where nothing else is to be had, use captions that YouTube translated by machine."""


def _checked_pattern(value: str | None) -> str | None:
    """`value`, unless it is no regular expression. Raises ValueError."""
    if value is not None:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from None
    return value


class WebsiteSettings(_Model):
    """Where on the web the show has its transcripts, if not on the episode's own page."""

    pages: Texts = ()
    """Addresses of transcript pages, tried first; `{number}`, `{season}`, `{slug}`, `{date}`, `{guid}` and
    `{link}` stand for the episode's."""
    index: Texts = ()
    """Pages that list the show's transcripts; the one whose link names the episode is read."""
    links: str | None = None
    """A regular expression that the address of a transcript's link on the episode's page matches."""
    content: str | None = None
    """A CSS selector of the part of a page that is the transcript."""

    @field_validator("links")
    @classmethod
    def _is_a_regular_expression(cls, value: str | None) -> str | None:
        return _checked_pattern(value)


class SpeechSettings(_Model):
    """How speech is recognised (needs the extra `speech`)."""

    model: str = "small"
    """The Whisper model: a name (`tiny`, `base`, `small`, `medium`, `large-v3`, `turbo`, `tiny.en`, …), which
    is fetched once where no installed package has it, or the folder of one."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where it computes; `auto` takes a graphics card where there is one."""
    compute: str = "auto"
    """The arithmetic: `auto` is int8 on the processor and int8_float16 on a graphics card."""
    beam: int = Field(default=5, ge=1, le=20)
    """The width of the search; 1 is quicker and less exact."""
    threads: int = Field(default=2, ge=1, le=64)
    """Processor threads for one recording."""


class NotesSettings(_Model):
    """What the study notes hold."""

    summary_sentences: int = Field(default=6, ge=1, le=50)
    """Sentences in the summary."""
    key_points: int = Field(default=10, ge=0, le=100)
    """Key points, each with the time at which it is said."""
    terms: int = Field(default=20, ge=0, le=200)
    """Key terms."""
    quotations: int = Field(default=4, ge=0, le=50)
    """Quotations."""
    people: int = Field(default=12, ge=0, le=100)
    """People who speak or are spoken of."""


class AssessmentSettings(_Model):
    """What the assessment and the flashcards hold."""

    questions: int = Field(default=12, ge=1, le=200)
    """Questions in all; fewer where the transcript answers fewer."""
    kinds: tuple[QuestionKind, ...] = ("multiple choice", "cloze", "short answer")
    """The kinds of question, shared out evenly."""
    choices: int = Field(default=4, ge=2, le=8)
    """Answers to choose from in a multiple-choice question."""
    flashcards: int = Field(default=20, ge=1, le=500)
    """Flashcards at most."""


class PdfSettings(_Model):
    """How the PDFs look."""

    paper: Literal["a4", "us-letter"] = "a4"
    """The paper that they are laid out for."""


class ShowSettings(_Model):
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
        return _checked_pattern(value)


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


class Configuration(_Model):
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


def load_configuration(files: Sequence[Path], overrides: Mapping[str, Any] | None = None) -> Configuration:
    """The configuration of `files` (later ones win, key by key) with `overrides` laid over it.

    A show's paths are relative to the file that names the shows. Raises ConfigurationError, one line that
    names the file, the key and what would be right.
    """
    merged: dict[str, Any] = {}
    for file in files:
        merged = _merge(merged, _read(file))
    merged = _merge(merged, overrides or {})
    names = ", ".join(str(file) for file in files) or "the configuration"
    base = next((file.parent for file in reversed(files) if "shows" in _read(file)), Path.cwd())
    return build_configuration(merged, name=names, base=base)


def build_configuration(data: Mapping[str, Any], *, name: str, base: Path) -> Configuration:
    """The validated configuration of plain `data`; `name` is what errors call it, `base` where paths start.

    Raises ConfigurationError, one line.
    """
    shows = data.get("shows") or []
    if not isinstance(shows, Sequence) or isinstance(shows, str):
        raise ConfigurationError(f"{name}: shows: expected a list of shows, each starting with '- id:'")
    defaults = data.get("defaults") or {}
    complete = {key: value for key, value in data.items() if value is not None}
    try:
        top = Configuration.model_validate({**complete, "defaults": defaults, "shows": ()})
        built = tuple(_build_show(raw, index, defaults, base, name) for index, raw in enumerate(shows))
    except ValidationError as error:
        raise ConfigurationError(f"{name}: {_explain(error, Configuration)}") from None
    _refuse_twins(built, name)
    return top.model_copy(update={"shows": built})


def _build_show(raw: object, index: int, defaults: Mapping[str, Any], base: Path, name: str) -> Show:
    if not isinstance(raw, Mapping):
        raise ConfigurationError(
            f"{name}: shows[{index}]: expected keys such as id, subject and feed, got {raw!r}"
        )
    label = f"show {raw['id']!r}" if "id" in raw else f"shows[{index}]"
    values = {key: value for key, value in _merge(defaults, raw).items() if value is not None}
    try:
        show = Show.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(f"{name}: {label}: {_explain(error, Show)}") from None
    kinds = [kind for kind in SOURCE_KINDS if getattr(show, kind)]
    if not kinds:
        raise ConfigurationError(
            f"{name}: {label}: needs a source, one or more of {', '.join(SOURCE_KINDS)}; none is given"
        )
    if len(show.sources) > 1 and "opml" in kinds:
        raise ConfigurationError(f"{name}: {label}: opml makes shows of its own; give it no other source")
    resolved: dict[str, Any] = {
        kind: tuple(_addresses(show, kind, base, f"{name}: {label}")) for kind in kinds
    }
    return show.model_copy(update=resolved)


def _addresses(show: Show, kind: SourceKind, base: Path, where: str) -> Iterator[str]:
    """The addresses of a kind as they are to be used."""
    for given in getattr(show, kind):
        address = given if kind == "files" else with_environment(given, f"{where}: {kind}")
        yield address if kind in _NOT_PATHS else resolve_source(address, base)


def resolve_source(source: str, base: Path) -> str:
    """A URL as it is; a path or glob made absolute, starting from `base`."""
    if re.match(r"^[a-zA-Z][a-zA-Z0-9+.-]+://", source):
        return source
    path = Path(source).expanduser()
    joined = path if path.is_absolute() else base / path
    return str(joined.absolute().resolve() if not any(c in source for c in "*?[") else _tidy(joined))


def _tidy(path: Path) -> Path:
    """An absolute path without `..`, its glob characters left alone."""
    parts: list[str] = []
    for part in path.absolute().parts:
        if part == ".." and len(parts) > 1:
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)


def _refuse_twins(shows: Sequence[Show], name: str) -> None:
    seen: set[str] = set()
    for show in shows:
        if show.id in seen:
            raise ConfigurationError(
                f"{name}: two shows have the id {show.id!r}; give one of them another id"
            )
        seen.add(show.id)


def _read(file: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: not YAML: {' '.join(str(error).split())}") from None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ConfigurationError(
            f"{file}: expected keys such as shows: and defaults:, got {type(data).__name__}"
        )
    return data


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        both = isinstance(under, Mapping) and isinstance(value, Mapping)
        merged[key] = _merge(under, value) if both else value  # type: ignore[arg-type]
    return merged


def _explain(error: ValidationError, model: type[BaseModel]) -> str:
    """The first fault as `key: what is wrong`, with the right spelling of an unknown key."""
    faults = error.errors(include_url=False, include_context=False)
    fault = next((f for f in faults if f["type"] == "extra_forbidden"), faults[0])
    path = [part for part in fault["loc"] if isinstance(part, str)]
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        known = sorted(_known_keys(model, path[:-1]))
        near = get_close_matches(str(fault["loc"][-1]), known, 1, 0.5)
        advice = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
        return f"unknown key {where!r}; {advice}"
    if fault["type"] == "missing":
        return f"the key {where!r} is missing"
    message = fault["msg"].removeprefix("Value error, ")
    secret = "webhook_url" in path
    got = "what is not shown here" if secret else _USER_INFO.sub("//…@", repr(fault["input"]))
    return f"{where}: {message[0].lower()}{message[1:]} (got {got})"


def _known_keys(model: type[BaseModel], path: Sequence[str]) -> Iterator[str]:
    parts = iter(path)
    for part in parts:
        field = model.model_fields.get(part)
        annotation = field.annotation if field else None
        if get_origin(annotation) is dict:  # the next part is a name that the user chose
            next(parts, None)
            annotation = get_args(annotation)[1]
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return
        model = annotation
    yield from model.model_fields
