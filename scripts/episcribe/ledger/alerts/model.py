"""An alert, whatever shape it goes out in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["failure", "threshold", "recovered", "finished"]
KINDS: tuple[Kind, ...] = ("failure", "threshold", "recovered", "finished")
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Item:
    """An episode (`show/folder`) that an alert is about, and what befell which of its stages."""

    episode: str
    title: str
    stage: str
    kind: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told: `items` are the episodes that it is about, at most ten of the `count` that there are.

    `time` is ISO 8601 in UTC.
    """

    kind: Kind
    title: str
    text: str
    library: str
    run: str
    time: str
    count: int = 0
    items: tuple[Item, ...] = ()

    def record(self) -> dict[str, Any]:
        """The alert as plain data, for JSON."""
        items = [
            {
                name: value
                for name in ("episode", "title", "stage", "kind", "error")
                if (value := getattr(item, name))
            }
            for item in self.items[:_SHOWN]
        ]
        return {
            "kind": self.kind,
            "title": self.title,
            "text": self.text,
            "library": self.library,
            "run": self.run,
            "time": self.time,
            "count": self.count,
            "items": items,
        }


def alert_of_record(record: object) -> Alert | None:
    """What `Alert.record` made, None for anything else."""
    if not isinstance(record, dict) or record.get("kind") not in KINDS:
        return None
    texts = {name: record.get(name) for name in ("title", "text", "library", "run", "time")}
    count, items = record.get("count"), record.get("items")
    if any(not isinstance(text, str) for text in texts.values()) or not isinstance(count, int):
        return None
    read = [_item(item) for item in items] if isinstance(items, list) else []
    return Alert(
        record["kind"],
        **{name: str(text) for name, text in texts.items()},
        count=count,
        items=tuple(item for item in read if item is not None),
    )


def _item(record: Mapping[str, Any] | object) -> Item | None:
    if not isinstance(record, dict):
        return None
    needed = [record.get(name) for name in ("episode", "title", "stage")]
    if any(not isinstance(value, str) for value in needed):
        return None
    kind, error = record.get("kind"), record.get("error")
    return Item(
        record["episode"],
        record["title"],
        record["stage"],
        kind if isinstance(kind, str) else None,
        error if isinstance(error, str) else None,
    )
