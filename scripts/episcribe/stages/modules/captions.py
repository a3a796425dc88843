"""The captions of an episode's video on YouTube."""

from collections.abc import Iterator
from functools import partial

from episcribe.library.modules import facts_of_episode
from episcribe.sources.youtube.captions import Caption, fetch_captions
from episcribe.stages.modules.search import Obtained, Search, Variant, read_original
from episcribe.stages.originals import Original

_CACHE = "log/youtube"


def youtube(search: Search) -> Iterator[Variant]:
    """The captions that were kept, then those that YouTube has, in the order of their worth."""
    video = facts_of_episode(search.episode).video
    if video is None:
        return
    translations = bool(search.options["youtube"]["translations"])
    kept = search.originals.kept_as("captions")
    for original in kept:
        if translations or not original.known.get("is_translation"):
            yield partial(_read, original, search)
    captions = fetch_captions(
        video,
        client=search.originals.client,
        cache=search.library / _CACHE,
        language=search.language,
        translations=translations,
    )
    for caption in captions:
        if all(original.url != _address(video, caption) for original in kept):
            yield partial(_keep_and_read, video, caption, search)


def _address(video: str, caption: Caption) -> str:
    """What the captions are known by: YouTube's own addresses of them hold until tomorrow."""
    return f"https://www.youtube.com/watch?v={video}#captions-{caption.kind}-{caption.language}"


def _keep_and_read(video: str, caption: Caption, search: Search) -> Obtained:
    original = search.originals.keep(
        _address(video, caption),
        caption.type,
        caption.data,
        "captions",
        language=caption.language,
        captions=caption.kind,
        is_translation=caption.is_translation,
    )
    return _read(original, search)


def _read(original: Original, search: Search) -> Obtained:
    known = original.known
    return read_original(
        original,
        search,
        language=known.get("language"),
        captions=known.get("captions"),
        is_translation=bool(known.get("is_translation")),
    )
