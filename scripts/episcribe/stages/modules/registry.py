"""Which function asks which module; each is imported only when it is asked."""

from importlib import import_module

from episcribe.stages.modules.search import Module

_PLACES = {
    "files": ("links", "files"),
    "rss": ("links", "rss"),
    "youtube": ("captions", "youtube"),
    "website": ("pages", "website"),
    "speech": ("hearing", "speech"),
}


def find_module(name: str) -> Module:
    """The function that offers the variants of the module `name`."""
    place, function = _PLACES[name]
    found: Module = getattr(import_module(f"episcribe.stages.modules.{place}"), function)
    return found
