"""What the front matter of an episode's pages says in the same way."""

import datetime

from episcribe.library.episode import Episode
from episcribe.study.links import clock, safe_url


def published_day(published: str | None) -> datetime.date | None:
    """The day of an ISO 8601 moment or date, None where there is none."""
    try:
        return datetime.date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


def episode_facts(episode: Episode, podcast: str | None, subject: str | None) -> dict[str, object]:
    """The show, the day, the length, the page and the subject of an episode, as front matter names them."""
    return {
        "podcast": podcast or episode.podcast or episode.show,
        "show": episode.show,
        "date": published_day(episode.published),
        "duration": clock(episode.duration) if episode.duration else None,
        "url": safe_url(episode.link or ""),
        "subject": subject,
    }
