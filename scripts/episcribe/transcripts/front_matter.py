"""The YAML header of a Markdown file, read so that nothing in it can be code or grow without bounds."""

import datetime as dt
from typing import Any

import yaml

_MAX_DEPTH = 6
_MAX_TEXT = 20_000


class _Loader(yaml.SafeLoader):
    """YAML's plain types only, and no aliases: a few lines of them can stand for billions of values."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read in front matter")
        return super().compose_node(parent, index)


def parse_front_matter(text: str) -> dict[str, Any] | None:
    """The mapping in `text` with strings, numbers, booleans, lists and dictionaries; dates as ISO strings.

    None when it is no mapping, or no YAML that is safe to read.
    """
    if text.count("[") + text.count("{") > 500:
        return None
    try:
        # _Loader is yaml.SafeLoader, made stricter.
        found = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError):
        return None
    if not isinstance(found, dict):
        return None
    return {str(key): plain for key, value in found.items() if (plain := _plain(value, 0)) is not None}


def _plain(value: object, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        return None
    if isinstance(value, str):
        return value[:_MAX_TEXT]
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item, depth + 1) for key, item in value.items()}
    return None
