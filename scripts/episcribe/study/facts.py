"""What the front matter of an episode's pages says in the same way."""

import datetime

from episcribe.library.episode import Episode
from episcribe.study.links import clock, safe_url


def published_day(episode: Episode) -> datetime.date | None:
    """The day of an episode, None where there is none.

    It is the day that its folder is named by, in the configured time zone, else that of the UTC moment.
    """
    for text in (episode.folder, episode.published or ""):
        try:
            return datetime.date.fromisoformat(text[:10])
        except ValueError:
            continue
    return None


def episode_facts(episode: Episode, podcast: str | None, subject: str | None) -> dict[str, object]:
    """The show, the day, the length, the page and the subject of an episode, as front matter names them."""
    return {
        "podcast": podcast or episode.podcast or episode.show,
        "show": episode.show,
        "date": published_day(episode),
        "duration": clock(episode.duration) if episode.duration else None,
        "url": safe_url(episode.link or ""),
        "subject": subject,
    }
