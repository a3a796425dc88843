"""The sections of the configuration: their models also give defaults, schema and reference page."""

import math
import re
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, field_validator

from episcribe.library.config_checks import check_page, check_slot, check_web_address

TranscriptFormat = Literal["vtt", "json", "json3", "srv", "srt", "ttml", "sbv", "html", "md", "txt"]
QuestionKind = Literal["multiple choice", "cloze", "short answer"]
Module = Literal["files", "rss", "youtube", "website", "speech"]

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_AGE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([smhdw]?)\s*", re.IGNORECASE)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?")


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


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class HostSettings(Section):
    """Manners towards one host and those below it."""

    per_host: int = Field(default=2, ge=1, le=64)
    """Requests to one host at the same time, over all processes."""
    pause: float = Field(default=0.0, ge=0, le=3600)
    """Seconds between the starts of two requests to one host, over all processes."""


GENTLE_HOSTS: dict[str, HostSettings] = {
    "youtube.com": HostSettings(per_host=1, pause=1.0),
    "archive.org": HostSettings(per_host=2, pause=0.5),
}


class NetworkSettings(Section):
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
    """How long a host is left in peace after it blocked a request, unless it names a time itself; after it
    failed again and again, at most so long."""
    robots: bool = True
    """Honour robots.txt when pages are read."""
    slots: tuple[str, ...] = ("direct",)
    """Ways to the network that fetches take turns on: `direct`, `proxy:URL` (HTTP or SOCKS5; `${NAME}` in it
    is taken from the environment), `tor:HOST:CONTROL-PORT`."""
    rotation: Age = 3600.0
    """How long a slot is used before it gets a new circuit or new connections."""
    from_nodes: bool = True
    """On a cluster whose nodes have no internet, `false`: what fetches then runs where Snakemake runs."""

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
        for number, slot in enumerate(value, 1):
            try:
                check_slot(slot)
            except ValueError as fault:
                raise ValueError(f"number {number}: {fault}") from None
        if not value or len(set(value)) != len(value):
            raise ValueError("expected at least one slot, and none of them twice")
        return value


_Attempts = Annotated[int, Field(ge=1, le=100)]


class MaxRetries(Section):
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


class RecoverySettings(Section):
    """What later runs do about stages that failed. What is permanent is given up at once."""

    max_retries: MaxRetries = MaxRetries()
    retry_delay: Age = 300.0
    """How long a stage rests after its first failure; twice as long after each further one."""
    longest_delay: Age = 86400.0
    """The longest such rest."""
    look_again: Age = 604800.0
    """When a transcript is looked for again where there was none; later each time, up to twelvefold."""


class ReportingSettings(Section):
    """The reports that each run leaves in the library's folder `reports`."""

    generate_daily: bool = True
    """Write a report of the day."""
    generate_weekly: bool = True
    """Write a report of the week."""
    report_format: ReportFormats = ("html", "json", "csv", "prom")
    """What is written, one or more of: `html` (the daily and weekly pages), `json` (`summary.json`), `csv`
    (`episodes.csv`), `prom` (`metrics.prom`, for the text file collector of Prometheus' node exporter).
    """


class MonitoringSettings(Section):
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


def _parse_old(value: object) -> float | str:
    age = parse_age({True: "30d", False: "never"}[value] if isinstance(value, bool) else value)
    return "never" if math.isinf(age) else age


class RetentionSettings(Section):
    """How what is no longer needed at hand is kept."""

    compress_old: Annotated[
        Literal["never"] | float,
        BeforeValidator(_parse_old),
        WithJsonSchema({"type": ["string", "number", "boolean"]}),
    ] = "never"
    """Compress the event logs and originals of finished episodes that nothing has happened to for so long, as
    `episcribe compress` does: an age, `true` for 30 days, or `never`."""


class StateManagement(Section):
    """What the library remembers of its episodes, and what follows from it."""

    retention: RetentionSettings = RetentionSettings()
    recovery: RecoverySettings = RecoverySettings()
    reporting: ReportingSettings = ReportingSettings()
    monitoring: MonitoringSettings = MonitoringSettings()


class TranscriptSettings(Section):
    """Where the transcript of an episode comes from, and which is used."""

    modules: tuple[Module, ...] = Field(default=get_args(Module), min_length=1)
    """The ways to a transcript in the order in which they are tried; the first good one is used."""
    prefer: tuple[TranscriptFormat, ...] = get_args(TranscriptFormat)
    """The order in which an episode's variants are tried."""
    quality: int = Field(default=50, ge=0, le=100)
    """The score that a transcript needs; one that scores less is not used, and the next variant is tried."""


class YoutubeSettings(Section):
    """What is taken from YouTube."""

    shorts: bool = False
    """Take shorts too."""
    live: bool = True
    """Take recordings of live streams too, once they have ended."""
    translations: bool = False
    """Where nothing else is to be had, use captions that YouTube translated by machine."""


def checked_pattern(value: str | None) -> str | None:
    """`value`, unless it is no regular expression. Raises ValueError."""
    if value is not None:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from None
    return value


class WebsiteSettings(Section):
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

    @field_validator("pages")
    @classmethod
    def _are_patterns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for template in value:
            check_page(template)
        return value

    @field_validator("index")
    @classmethod
    def _are_web_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            check_web_address(address)
        return value

    @field_validator("links")
    @classmethod
    def _is_a_regular_expression(cls, value: str | None) -> str | None:
        return checked_pattern(value)


class SpeechSettings(Section):
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


class NotesSettings(Section):
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


class AssessmentSettings(Section):
    """What the assessment and the flashcards hold."""

    questions: int = Field(default=12, ge=1, le=200)
    """Questions in all; fewer where the transcript answers fewer."""
    kinds: tuple[QuestionKind, ...] = ("multiple choice", "cloze", "short answer")
    """The kinds of question, shared out evenly."""
    choices: int = Field(default=4, ge=2, le=8)
    """Answers to choose from in a multiple-choice question."""
    flashcards: int = Field(default=20, ge=1, le=500)
    """Flashcards at most."""


class PdfSettings(Section):
    """How the PDFs look."""

    paper: Literal["a4", "us-letter"] = "a4"
    """The paper that they are laid out for."""
