# ruff: noqa: E501 - a page reads better in its own lines
"""Web pages that hold no transcript, though many say the word or look like one."""

from html import escape

from tests.unit.web_pages import BEES, LICHENS, NOTES, Talk, clock, page, short_clock, talk

_ARTICLE = (
    "Bees find their way home in ways that would shame a navigator. In the latest episode of Tidewater, Nell Averill "
    "talks to the beekeeper Priya Vellodi about the waggle dance, which Karl von Frisch decoded in the nineteen forties. "
    "“The comb is dark,” Vellodi says, “so nobody is watching anything.” What matters, she explains, is touch. "
    "Over the course of the hour the two of them walk along a row of hives and argue about whether a dance can be "
    "called a language at all. "
)
_PROSE = (
    "Beekeeping begins with patience and with a good veil. The first hive should stand where the morning sun reaches it, "
    "away from the wind, and not too close to the path that the neighbours take. A colony in spring holds some ten "
    "thousand bees, and by the middle of summer four or five times as many. Whoever opens the hive too often will find "
    "that the bees lose heat and temper alike. "
)


def show_notes(said: Talk) -> str:
    """Show notes with chapters and their times, and links."""
    chapters = "".join(
        f"<li>{clock(n * said.duration / 14)} - {title}</li>"
        for n, title in enumerate(
            "Welcome|What the comb looks like|Von Frisch and his glass hive|The angle to the sun|How far is far|Dialects "
            "of bees|Advertisement|Listener questions|Sleep|Robber bees|Why they stop|The book|A recipe|Goodbye".split(
                "|"
            )
        )
    )
    return page(f"<article><h1>The waggle dance</h1>{NOTES}<h3>Timestamps</h3><ul>{chapters}</ul></article>")


def chapters_called_transcript(said: Talk) -> str:
    """Chapters with a sentence each, under the heading of a transcript."""
    lines = "".join(
        f"<p>[{clock(n * said.duration / 12)}] We come to the {word} part of the talk and what Priya has to say of it.</p>"
        for n, word in enumerate(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh last".split()
        )
    )
    return page(f"<article><h1>The waggle dance</h1><h2>Transcript</h2>{lines}</article>")


def article_about(said: Talk) -> str:
    """A magazine's article about the episode, about as long as a fifth of it."""
    return page(f"<article><h1>How bees talk</h1>{''.join(f'<p>{_ARTICLE}</p>' for _ in range(4))}</article>")


def long_article_about(said: Talk) -> str:
    """An article about the episode that is as long as what was said in it."""
    words = max(4, round(said.duration / 60 * 140 / len(_ARTICLE.split())))
    texts = [turn.text for turn in talk(LICHENS).turns]
    body = "".join(
        f"<p>“{escape(texts[n % len(texts)])}” she said. {_ARTICLE if n % 4 == 0 else ''}</p>"
        for n in range(words)
    )
    return page(f"<article><h1>How bees talk</h1>{body}</article>")


def blog_post(said: Talk) -> str:
    """A blog post on the same matter, short."""
    return page(
        f"<article class='post'><h1>My first hive</h1>{''.join(f'<p>{_PROSE}</p>' for _ in range(5))}</article>"
    )


def paywall(said: Talk) -> str:
    """The first turns of the transcript, then the wall."""
    turns = "".join(f"<p><strong>{t.speaker}:</strong> {escape(t.text)}</p>" for t in said.turns[:7])
    return page(
        f"<article><h1>The waggle dance</h1><h2>Transcript</h2><div class='available-content'>{turns}</div>"
        "<div class='wall'><h2>This post is for paid subscribers</h2><a href='/subscribe'>Subscribe</a> <p>Already a paid "
        "subscriber? <a href='/in'>Sign in</a></p></div></article>"
    )


def teaser(said: Talk) -> str:
    """An excerpt, and the promise of more elsewhere."""
    turns = "".join(f"<p>{t.speaker}: {escape(t.text)}</p>" for t in said.turns[:6])
    return page(
        f"<div class='transcript'><h3>Transcript excerpt</h3>{turns}<p><a href='https://members.example/join'>Read the full "
        "transcript on our members' site</a></p></div>"
    )


def link_list(said: Talk) -> str:
    """A reading list."""
    links = "".join(
        f"<li><a href='https://books.example/{n}'>The dancing bees, volume {n}: a study of the language of bees</a> by "
        f"somebody who watched hive number {n} for a year</li>"
        for n in range(80)
    )
    return page(f"<article><h1>Further reading</h1><ul>{links}</ul></article>")


def episode_index(said: Talk) -> str:
    """All episodes with their summaries and a link to the transcript of each."""
    rows = "".join(
        f"<div class='episode'><h3><a href='/episodes/{n}'>Episode {n}: A talk about subject {n}</a></h3><p>In this episode "
        f"we speak with guest number {n} about what guests speak about, and why it matters to the rest of us.</p>"
        f"<a href='/episodes/{n}/transcript'>Transcript</a></div>"
        for n in range(1, 60)
    )
    return page(f"<main><h1>Transcripts</h1>{rows}</main>", title="Episodes and transcripts")


def not_found(said: Talk) -> str:
    """A page that says 404 and answers 200."""
    return page(
        "<main><h1>Page not found</h1><p>The transcript you are looking for is no longer here.</p></main>",
        title="Page not found - Tidewater",
    )


def needs_javascript(said: Talk) -> str:
    """The shell of an application."""
    return (
        "<!DOCTYPE html><html><head><title>Tidewater</title></head><body><noscript>You need to enable JavaScript to run this "
        "app.</noscript><div id='transcript-root'></div><script src='/app.js'></script></body></html>"
    )


def log_in(said: Talk) -> str:
    """A form instead of the transcript."""
    return page(
        "<main><h1>Transcript: The waggle dance</h1><p>Sign in to read the transcript of this episode. Transcripts are "
        "available to members of the Tidewater club only. Members also get the episodes two days early, without any "
        "advertising, and a letter from the editor at the end of each month, with photographs.</p><form><label>Email</label>"
        "<input><label>Password</label><input><button>Sign in</button></form><p>Forgot your password? Not a member yet? "
        "Join today for three pounds a month and help us to make the programme that you like to hear.</p></main>",
        title="Sign in",
    )


def cookie_wall(said: Talk) -> str:
    """A consent page of many words."""
    partners = "".join(
        f"<p>Partner {n} stores and accesses information on a device, and uses limited data to select advertising and to "
        "create profiles, with your consent or for its legitimate interest, which you may object to.</p>"
        for n in range(40)
    )
    return page(
        f"<div class='dialog'><h1>We value your privacy</h1><p>We and our 40 partners use cookies.</p>{partners}<button>Accept all</button></div>",
        title="Before you continue",
    )


def coming_soon(said: Talk) -> str:
    """A heading with nothing under it yet."""
    return page(
        f"<article><h1>The waggle dance</h1>{NOTES}<h2>Transcript</h2><p>Transcript coming soon.</p><h2>Comments</h2></article>"
    )


def comments(said: Talk) -> str:
    """Many comments with names and colons, no transcript."""
    said_by = "".join(
        f"<li><b>{('Anna', 'Ben', 'Cleo')[n % 3]}:</b> <p>{escape(t.text)}</p></li>"
        for n, t in enumerate(talk(LICHENS).turns[:30])
    )
    return page(
        f"<article><h1>The waggle dance</h1>{NOTES}</article><section id='comments'><h2>30 comments</h2><ul>{said_by}</ul></section>"
    )


def another_talk(said: Talk) -> str:
    """The transcript of an episode that is four times as long, with its times."""
    turns = "".join(
        f"<p>[{short_clock(t.start * 4)}] {t.speaker}: {escape(t.text)}</p>" for t in talk(BEES).turns
    )
    return page(f"<div class='transcript'>{turns}</div>")


def recipe(said: Talk) -> str:
    """Labels that recur and are nobody's names."""
    steps = "".join(
        f"<p>Step {n}: Warm the honey. Note: It must not boil. Time: {n} minutes.</p>" for n in range(1, 30)
    )
    return page(f"<article><h1>Honey cake</h1>{steps}</article>")


ALL = (
    show_notes,
    chapters_called_transcript,
    article_about,
    long_article_about,
    blog_post,
    paywall,
    teaser,
    link_list,
    episode_index,
    not_found,
    needs_javascript,
    log_in,
    cookie_wall,
    coming_soon,
    comments,
    another_talk,
    recipe,
)
