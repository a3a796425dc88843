"""Study notes: one Markdown page for an episode, made of its own words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from episcribe.library.episode import Episode
from episcribe.library.transcript import Transcript
from episcribe.study.chapters import Chapter
from episcribe.study.facts import published_day
from episcribe.study.links import Link, clock, safe_url, show_notes_links, time_link
from episcribe.study.markdown import escape, front_matter
from episcribe.study.people import Participant, participants
from episcribe.study.summary import Digest, digest
from episcribe.study.vocabulary import NamedTerm, Point
from episcribe.text.terms import Term

_TAG = re.compile(r"[^\w/-]+")
_TOPICS = 8


@dataclass(frozen=True, slots=True)
class NotesOptions:
    """How much of each the notes hold, at most."""

    summary_sentences: int = 6
    key_points: int = 10
    terms: int = 20
    quotations: int = 4
    people: int = 12
    links: int = 60


def write_notes(
    episode: Episode,
    transcript: Transcript,
    chapters: Sequence[Chapter],
    options: NotesOptions | None = None,
    *,
    quality: int | None = None,
    subject: str | None = None,
    show_title: str | None = None,
    transcript_source: str | None = None,
) -> str:
    """`notes.md`: front matter for Obsidian's Dataview, then the sections that have something real to say.

    `transcript` is cleaned, sentence by sentence; `chapters` are those of `episode_chapters`. The same input
    gives the same text.
    """
    options = options or NotesOptions()
    people = participants(episode, transcript, options.people)
    chosen = digest(
        transcript,
        [chapter.sentence for chapter in chapters if chapter.sentence],
        summary=options.summary_sentences,
        points=options.key_points,
        quotations=options.quotations,
        terms=options.terms,
        known=[*(one.name for one in people), episode.podcast or "", show_title or ""],
    )
    page = _Page(episode, transcript, show_title or episode.podcast or episode.show)
    facts = _front_matter(page, people, chosen, subject=subject, quality=quality, source=transcript_source)
    sections = (
        ("", page.facts()),
        ("Summary", [" ".join(escape(point.text) for point in chosen.summary)] if chosen.summary else []),
        ("Chapters", page.chapters(chapters)),
        ("Key points", [page.item(point) for point in chosen.points]),
        ("Key terms", [*map(page.term, chosen.terms), *page.names(chosen.names)]),
        ("People", [page.person(person) for person in people]),
        ("Quotations", page.quotations(chosen.quotations)),
        ("Links", [_link(link) for link in _links(episode)[: options.links]]),
    )
    body = [f"# {escape(episode.title) or 'Untitled'}"]
    for heading, lines in sections:
        if lines:
            body.append("\n".join([*([f"## {heading}", ""] if heading else []), *lines]))
    return facts + "\n" + "\n\n".join(body) + "\n"


@dataclass(frozen=True, slots=True)
class _Page:
    """The parts of the page that point into the recording."""

    episode: Episode
    transcript: Transcript
    podcast: str

    def moment(self, seconds: float | None) -> str:
        """A time as a link into the recording, as bare time, or nothing where there is none."""
        if seconds is None:
            return ""
        url = time_link(self.episode, seconds)
        return f"[{clock(seconds)}]({url})" if url else clock(seconds)

    def facts(self) -> list[str]:
        """One line: the podcast, when, how long, where."""
        parts = [escape(self.podcast)]
        if (day := published_day(self.episode)) is not None:
            parts.append(day.isoformat())
        if self.episode.duration:
            parts.append(clock(self.episode.duration))
        page = safe_url(self.episode.link or "")
        if page:
            parts.append(f"[Episode page]({page})")
        return [" · ".join(part for part in parts if part)]

    def chapters(self, chapters: Sequence[Chapter]) -> list[str]:
        """A table of contents; without times where the transcript has none."""
        lines = []
        for chapter in chapters:
            if not chapter.toc:
                continue
            title = f"[{escape(chapter.title)}]({chapter.url})" if chapter.url else escape(chapter.title)
            time = self.moment(chapter.start)
            about = "about " if chapter.estimated else ""
            lines.append(f"- {about}{time} {title}" if time else f"- {title}")
        return lines

    def item(self, point: Point) -> str:
        """A sentence with the time at which it is said."""
        time = self.moment(self.transcript.segments[point.sentence].start)
        return f"- {time} {escape(point.text)}" if time else f"- {escape(point.text)}"

    def term(self, named: NamedTerm) -> str:
        """A term, what it means in the words of the talk, and where it is said first."""
        line = f"- **{escape(named.term.text)}**"
        if named.meaning:
            time = self.moment(self.transcript.segments[named.meaning.sentence].start)
            return f"{line}: {escape(named.meaning.text)}" + (f" ({time})" if time else "")
        time = self.moment(named.term.first_start)
        return f"{line}, {named.term.count}×" + (f", first at {time}" if time else "")

    def names(self, names: Sequence[Term]) -> list[str]:
        """One line of what else is called by name."""
        if not names:
            return []
        said = []
        for name in names:
            time = self.moment(name.first_start)
            said.append(f"{escape(name.text)} ({time})" if time else escape(name.text))
        return ["", "Also mentioned: " + ", ".join(said) + "."]

    def person(self, person: Participant) -> str:
        """Someone who takes part, with what is known."""
        name = f"[{escape(person.name)}]({person.href})" if person.href else escape(person.name)
        known = [escape(person.role)] if person.role else []
        if person.share:
            known.append(f"{max(1, round(100 * person.share))} % of the words")
        start = self.transcript.segments[person.first].start if person.first is not None else None
        time = self.moment(start)
        if person.mentioned:
            known.append(f"spoken of at {time}" if time else "spoken of")
        elif time:
            known.append(f"first heard at {time}")
        return f"- **{name}**" + (f", {', '.join(known)}" if known else "")

    def quotations(self, points: Iterable[Point]) -> list[str]:
        """Block quotations, each with who says it and when."""
        lines: list[str] = []
        for point in points:
            segment = self.transcript.segments[point.sentence]
            time = self.moment(segment.start)
            said = [escape(segment.speaker or ""), time]
            lines += [""] if lines else []
            lines += [f"> {escape(point.text)}", ">", "> — " + ", ".join(part for part in said if part)]
        return lines


def _front_matter(
    page: _Page,
    people: Sequence[Participant],
    chosen: Digest,
    *,
    subject: str | None,
    quality: int | None,
    source: str | None,
) -> str:
    episode = page.episode
    audio = next((url for one in episode.enclosures if (url := safe_url(one.url))), None)
    number = episode.number
    values: dict[str, object] = {
        "title": episode.title,
        "podcast": page.podcast,
        "show": episode.show,
        "season": episode.season,
        "episode": int(number) if number is not None and number == int(number) else number,
        "date": published_day(episode),
        "duration": clock(episode.duration) if episode.duration else None,
        "guid": episode.guid,
        "url": safe_url(episode.link or ""),
        "audio": audio,
        "subject": subject,
        "language": page.transcript.language or episode.language,
        "people": [person.name for person in people if not person.mentioned] or None,
        "topics": [named.term.text for named in chosen.terms[:_TOPICS]] or None,
        "tags": _tags("podcast", episode.show, subject or ""),
        "transcript_source": source,
        "quality": quality,
        "aliases": [episode.title],
    }
    return front_matter(values)


def _tags(*words: str) -> list[str]:
    """Words as tags that Obsidian takes: no spaces, and not a number alone."""
    tags = [_TAG.sub("-", word.strip().lower()).strip("-/") for word in words]
    return list(dict.fromkeys(tag for tag in tags if tag and not tag.isdigit()))


def _links(episode: Episode) -> list[Link]:
    return show_notes_links(episode.description or episode.summary or "")


def _link(link: Link) -> str:
    return f"- [{escape(link.title)}]({link.url})"
