# ruff: noqa: E501 - a page reads better in its own lines
"""Web pages as sites make them, around a talk: pages that hold its transcript, and pages that do not."""

import json
import random
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from episcribe.transcripts.reading import read_transcript

SAMPLE = Path(__file__).resolve().parents[2] / "sample"


@dataclass(frozen=True)
class Turn:
    """What one speaker says, from `start` seconds on."""

    speaker: str
    start: float
    text: str


@dataclass(frozen=True)
class Talk:
    """A conversation, its length in seconds and its language."""

    turns: tuple[Turn, ...]
    duration: float
    language: str = "en"

    @property
    def text(self) -> str:
        """All words."""
        return " ".join(turn.text for turn in self.turns)


@cache
def talk(name: str) -> Talk:
    """A talk of the sample library."""
    read = read_transcript((SAMPLE / name).read_bytes(), name=name)
    turns: list[Turn] = []
    for segment in read.segments:
        text = " ".join(segment.text.split())
        if segment.kind != "speech":
            continue
        if turns and turns[-1].speaker == segment.speaker:
            turns[-1] = Turn(turns[-1].speaker, turns[-1].start, f"{turns[-1].text} {text}")
        else:
            turns.append(Turn(segment.speaker or "", segment.start or 0.0, text))
    return Talk(tuple(turns), read.segments[-1].end or 0.0, (read.language or "en")[:2])


BEES = "tidewater/transcripts/s01e02-the-waggle-dance.srt"
LICHENS = "tidewater/transcripts/s01e03-lichens.json"
RAILS = "nachtzug/transkripte/01-spurweite.de.vtt"


@cache
def monologue() -> Talk:
    """One person who talks to the listeners."""
    chance = random.Random(4)
    openings = (
        "I think that",
        "You know,",
        "And I tell you,",
        "We saw that",
        "My sister says that",
        "If you ask me,",
        "I was told that",
        "Now I must tell you that",
        "You may not believe me, but",
        "We all know that",
        "I have heard that",
        "What I mean is that",
    )
    sentences = [s for turn in talk(BEES).turns for s in turn.text.split(". ")]
    said = [f"{chance.choice(openings)} {sentence.rstrip('.')}." for sentence in sentences]
    turns = [Turn("", 0.0, " ".join(said[n : n + 4])) for n in range(0, len(said), 4)]
    return Talk(tuple(turns), 900.0)


@cache
def japanese_talk() -> Talk:
    """A conversation in Japanese, by chance out of parts of sentences."""
    chance = random.Random(3)
    who = "私は 父が 友人が 先生が 隣の人が 子どもたちが 町の人は 彼女は 駅員さんが 祖母は".split()
    when = "きのう 去年の夏に 朝早く 雨の日に 仕事のあとで 春になると 週末に いつも 初めて 夜中に".split()
    what = "古い時計を 港の写真を 長い手紙を 山の地図を 小さな店を 電車の音を 新しい本を 庭の花を 昔の話を 市場の魚を".split()
    did = "見つけたんです。 思い出しました。 直したことがあります。 大事にしていますね。 調べてみたいと思います。 描いていたそうです。".split()
    where = "駅の前で 古い橋の下で 図書館で 台所で 海のそばで 学校の裏で 山小屋で 店の奥で 川の向こうで 屋根の上で 庭の隅で".split()
    how = "静かに ゆっくり 何度も 少しずつ こっそり 急いで 大声で 一人で みんなで 楽しそうに 心配しながら 笑いながら".split()
    turns = []
    for index in range(60):
        said = "".join("".join(map(chance.choice, (who, when, where, what, how, did))) for _ in range(2))
        turns.append(Turn(("田中", "佐藤")[index % 2], index * 12.0, said))
    return Talk(tuple(turns), 720.0, "ja")


def clock(seconds: float) -> str:
    """`00:01:02`."""
    return f"{int(seconds // 3600):02d}:{int(seconds // 60) % 60:02d}:{int(seconds) % 60:02d}"


def short_clock(seconds: float) -> str:
    """`1:02`."""
    return f"{int(seconds // 60)}:{int(seconds) % 60:02d}"


NOTES = (
    "<p>In this episode, Nell talks to a beekeeper about how bees find their way, and what they tell each other "
    "when they come home. You'll learn why the dark matters.</p>"
    "<h3>Links</h3><ul><li><a href='https://a.example/1'>The book</a></li>"
    "<li><a href='https://a.example/2'>Our newsletter</a></li><li><a href='/support'>Support the show</a></li></ul>"
)
_NAV = (
    "<header class='site-header'><nav class='menu'><ul><li><a href='/'>Home</a></li><li><a href='/episodes'>Episodes"
    "</a></li><li><a href='/transcripts'>Transcripts</a></li><li><a href='/about'>About</a></li></ul></nav></header>"
)
_FOOTER = (
    "<footer class='site-footer'><p>© 2025 Tidewater Radio. All rights reserved.</p><a href='/privacy'>Privacy policy"
    "</a> <a href='/terms'>Terms of service</a></footer><script>window.dataLayer=[];</script>"
)
_COMMENTS = (
    "<section id='comments' class='comments-area'><h2>3 comments</h2><ol>"
    + "".join(
        f"<li class='comment'><b>Visitor {n}</b><p>I listened to this on the train and it was wonderful, number {n}. "
        "My uncle kept bees and never told us any of this, thank you so much for the show.</p></li>"
        for n in range(3)
    )
    + "</ol><div id='respond'><h3>Leave a reply</h3><form><textarea></textarea></form></div></section>"
)
_ASIDE = (
    "<aside class='sidebar'><h3>Recent episodes</h3><ul><li><a href='/episodes/snow'>Old snow</a></li>"
    "<li><a href='/episodes/lichen'>Lichens</a></li></ul><p>Subscribe to our newsletter.</p></aside>"
)


def page(
    body: str, *, title: str = "The waggle dance - Tidewater", language: str = "en", head: str = ""
) -> str:
    """A whole page with head, navigation and footer around `body`."""
    return (
        f"<!DOCTYPE html><html lang='{language}'><head><meta charset='utf-8'><title>{title}</title>{head}"
        f"<style>p{{margin:0}}</style></head><body class='single page-template'>{_NAV}{body}{_FOOTER}</body></html>"
    )


def bold_names(said: Talk) -> str:
    """WordPress: show notes, a heading, `<p><strong>NAME:</strong> …`, sharing, comments, a sidebar."""
    turns = "".join(f"<p><strong>{t.speaker.upper()}:</strong> {escape(t.text)}</p>\n" for t in said.turns)
    return page(
        "<main id='main'><article class='post-42 post type-post category-podcast'><header class='entry-header'>"
        f"<h1 class='entry-title'>The waggle dance</h1></header><div class='entry-content'>{NOTES}<h2>Transcript</h2>{turns}"
        "<div class='sharedaddy'><h3>Share this:</h3><ul><li><a href='#'>Twitter</a></li></ul></div></div>"
        f"<footer class='entry-footer'>Filed under: Podcast</footer></article>{_COMMENTS}</main>{_ASIDE}"
    )


def definition_list(said: Talk) -> str:
    """A page of its own, the turns as `<dl>`."""
    turns = "".join(f"<dt>{t.speaker}</dt><dd>{escape(t.text)}</dd>" for t in said.turns)
    return page(f"<div id='content'><h1>Transcript: The waggle dance</h1><dl>{turns}</dl></div>")


def cited(said: Talk) -> str:
    """The podcast namespace's `<cite>`, `<time>`, `<p>` inside a page."""
    turns = "".join(
        f"<cite>{t.speaker}:</cite><time>{short_clock(t.start)}</time><p>{escape(t.text)}</p>"
        for t in said.turns
    )
    return page(f"<section class='transcript'>{turns}</section>{_COMMENTS}")


def stamped(said: Talk) -> str:
    """`[00:01:02] Name: …` in paragraphs below a heading that is one of many."""
    turns = "".join(f"<p>[{clock(t.start)}] {t.speaker}: {escape(t.text)}</p>" for t in said.turns)
    return page(
        f"<main><h1>The waggle dance</h1>{NOTES}<h3>Full transcript</h3>{turns}<h3>Related episodes</h3><p>Old snow</p></main>"
    )


def broken_lines(said: Talk) -> str:
    """One paragraph in `<details>`, turns parted by `<br><br>`."""
    turns = "<br><br>\n".join(f"{t.speaker}: {escape(t.text)}" for t in said.turns)
    return page(
        f"<article>{NOTES}<details><summary>Show transcript</summary><p>{turns}</p></details></article>{_COMMENTS}"
    )


def spans(said: Talk) -> str:
    """A player's interactive transcript: spans for name, time (a link) and text."""
    turns = "".join(
        f"<div class='ts-segment'><span class='ts-name'>{t.speaker}</span><span class='ts-timestamp'>"
        f"<a href='https://youtube.com/watch?v=x&t={int(t.start)}'>({clock(t.start)})</a></span>"
        f"<span class='ts-text'>{escape(t.text)}</span></div>"
        for t in said.turns
    )
    return page(
        f"<div class='entry-content'><h2>Introduction</h2><p>This is a transcript of Tidewater 2.</p>{turns}</div>",
        title="Transcript for The waggle dance",
    )


def name_lines(said: Talk) -> str:
    """Buzzsprout: tabs, a name in a line of its own, then paragraphs."""
    turns = "".join(
        f"<p><b>{t.speaker.split()[0]}:</b></p>"
        + "".join(f"<p>{escape(s)}.</p>" for s in t.text.rstrip(".").split(". "))
        for t in said.turns
    )
    return page(
        "<div class='tabs'><button role='tab' aria-controls='notes'>Show Notes</button><button role='tab' "
        "aria-controls='words'>Transcript</button></div>"
        f"<div id='notes' role='tabpanel'>{NOTES}</div><div id='words' role='tabpanel' hidden aria-hidden='true'>{turns}</div>"
    )


def squarespace(said: Talk) -> str:
    """Squarespace: blocks in rows, an accordion, names in `<strong>` without a colon and a line break."""
    turns = "".join(
        f"<p style='white-space:pre-wrap;'><strong>{t.speaker}</strong><br>{escape(t.text)}</p>"
        for t in said.turns
    )
    return page(
        "<div class='sqs-layout'><div class='row sqs-row'><div class='col'><div class='sqs-block html-block'>"
        f"<div class='sqs-block-content'>{NOTES}</div></div><ul class='accordion-items-container'><li class='accordion-item'>"
        "<h4 class='accordion-item__title-wrapper'><button class='accordion-item__click-target' aria-expanded='false'>"
        "<span class='accordion-item__title'>Transcript</span><div class='accordion-icon-container'></div></button></h4>"
        f"<div class='accordion-item__dropdown'><div class='accordion-item__description'>{turns}</div></div></li></ul>"
        "</div></div></div>"
    )


def substack(said: Talk) -> str:
    """Substack: the main text is the transcript, in bold names with times; subscribe boxes between."""
    box = (
        "<div class='subscription-widget-wrap'><div class='subscription-widget show-subscribe'><p>Thanks for reading! "
        "Subscribe for free to receive new posts.</p><form><input></form></div></div>"
    )
    turns = "".join(
        f"<p><strong>{t.speaker}</strong> {clock(t.start)}</p><p>{escape(t.text)}</p>"
        + (box if n % 20 == 10 else "")
        for n, t in enumerate(said.turns)
    )
    return page(
        "<article class='newsletter-post post'><h1 class='post-title'>The waggle dance</h1><div class='available-content'>"
        f"<div class='body markup'>{NOTES}<hr><h1 class='header-anchor-post'>Transcript</h1>{turns}</div></div></article>"
        "<div class='comments-section'><h4>Discussion about this episode</h4></div>"
    )


def ghost(said: Talk) -> str:
    """Ghost: a toggle card."""
    turns = "".join(f"<p>{t.speaker} ({short_clock(t.start)}): {escape(t.text)}</p>" for t in said.turns)
    return page(
        f"<article class='gh-article'><section class='gh-content'>{NOTES}<div class='kg-card kg-toggle-card' "
        "data-kg-toggle-state='close'><div class='kg-toggle-heading'><h4 class='kg-toggle-heading-text'>Episode "
        "transcript</h4><button class='kg-toggle-card-icon' aria-label='Expand toggle'></button></div>"
        f"<div class='kg-toggle-content'>{turns}</div></div></section></article>"
    )


def table(said: Talk) -> str:
    """A table of time, name, words."""
    rows = "".join(
        f"<tr><td>{clock(t.start)}</td><td>{t.speaker.split()[0]}</td><td>{escape(t.text)}</td></tr>"
        for t in said.turns
    )
    return page(f"<h1>Podcast</h1><h2>Transcript</h2><table>{rows}</table>")


def unmarked(said: Talk) -> str:
    """An interview whose page calls it nothing; the names recur."""
    turns = "".join(f"<p><b>{t.speaker.split()[-1]}:</b> {escape(t.text)}</p>" for t in said.turns)
    return page(f"<main><h1>The waggle dance</h1><div class='text'>{turns}</div></main>{_ASIDE}")


def read_aloud(said: Talk) -> str:
    """A monologue without marks, whose page is the script that was read."""
    paragraphs = "".join(f"<p>{escape(t.text)}</p>" for t in said.turns)
    return page(f"<article><h1>The waggle dance</h1>{paragraphs}</article>")


def soup(said: Talk) -> str:
    """No main element at all: nested `<div>`s with generated class names."""
    turns = "".join(
        f"<div class='css-1x{n}'><div class='css-9q'><div><div>{t.speaker}: {escape(t.text)}</div></div></div></div>"
        for n, t in enumerate(said.turns)
    )
    links = "".join(
        f"<div class='css-7'><a href='/e/{n}'>Another episode number {n}</a></div>" for n in range(30)
    )
    return page(f"<div id='root'><div class='css-0'><div>{links}</div><div>{turns}</div></div></div>")


def podpage(said: Talk) -> str:
    """Podpage: the WebVTT file printed into a paragraph."""
    cues = "\n".join(
        f"{clock(t.start)}.000 --> {clock(n.start if n else said.duration)}.000\n{t.speaker}: {escape(t.text)}\n"
        for t, n in zip(said.turns, [*said.turns[1:], None], strict=True)
    )
    return page(f"<div class='episode-transcript'><h2>Transcript</h2><p>WEBVTT\n\n{cues}</p></div>")


def preformatted(said: Talk) -> str:
    """A text file in `<pre>`."""
    turns = "\n\n".join(f"{t.speaker}: {escape(t.text)}" for t in said.turns)
    return page(f"<h1>The waggle dance</h1><h2>Transcript</h2><pre>{turns}</pre>")


def names_as_headings(said: Talk) -> str:
    """Every turn under a heading that is the speaker's name."""
    turns = "".join(f"<h4>{t.speaker}</h4><p>{escape(t.text)}</p>" for t in said.turns)
    return page(f"<main><h2>Transcript</h2>{turns}</main>")


def word_timed(said: Talk) -> str:
    """Hyperaudio: every word with its time."""
    turns = "".join(
        f"<p><span data-m='{int(t.start * 1000)}' class='speaker'>{t.speaker}: </span>"
        + "".join(
            f"<span data-m='{int(t.start * 1000) + n * 300}'>{escape(w)} </span>"
            for n, w in enumerate(t.text.split())
        )
        + "</p>"
        for t in said.turns
    )
    return page(f"<div id='hypertranscript' class='hyperaudio-transcript'><section>{turns}</section></div>")


def lines_with_starts(said: Talk) -> str:
    """A player's lines, with starts in attributes and names and times in rows of their own."""
    turns = "".join(
        f"<div class='transcript__line' data-start='{t.start}'><div class='transcript__meta'><span class='transcript__speaker'>"
        f"{t.speaker}</span> <time class='transcript__time'>{short_clock(t.start)}</time></div>"
        f"<div class='transcript__text'>{escape(t.text)}</div></div>"
        for t in said.turns
    )
    return page(f"<div class='transcript'>{turns}</div>{_COMMENTS}")


def german(said: Talk) -> str:
    """A German page with umlauts, in a tab."""
    turns = "".join(f"<p><strong>{t.speaker}:</strong> {escape(t.text)}</p>" for t in said.turns)
    return page(
        "<article><h1>Die Spurweite</h1><p>In dieser Folge: Warum die Schienen so weit auseinander liegen.</p>"
        f"<h2>Transkript</h2>{turns}<h2>Weitere Folgen</h2><ul><li>Die Uhr</li></ul><h2>Kommentare</h2><p>Schön!</p></article>",
        title="Die Spurweite – Nachtzug",
        language="de",
    )


def japanese(said: Talk) -> str:
    """A Japanese page with full-width colons."""
    turns = "".join(f"<p>{t.speaker}：{t.text}</p>" for t in said.turns)
    return page(
        f"<article><h1>第3回 古い時計</h1><p>今回は古い時計の話です。</p><h2>書き起こし</h2>{turns}<h2>関連記事</h2><p>港の写真</p></article>",
        title="第3回 古い時計",
        language="ja",
    )


def structured(said: Talk) -> str:
    """A page whose words are in its JSON-LD only."""
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "PodcastEpisode",
                "name": "The waggle dance",
                "associatedMedia": {
                    "@type": "AudioObject",
                    "transcript": "\n".join(f"{t.speaker}: {t.text}" for t in said.turns),
                },
            }
        ],
    }
    return page(
        f"<main>{NOTES}</main>",
        head=f"<script type='application/ld+json'>{json.dumps(data)}</script>",
    )


def words_of(said: Talk) -> list[str]:
    """The truth to compare with: words, or characters of a script without spaces."""
    if said.language == "ja":
        return [character for character in said.text if character.isalnum()]
    return [
        word for word in (w.strip(".,!?;:\"“”„…()[]—–-'’‘").casefold() for w in said.text.split()) if word
    ]
