"""What each of several sources says of the episodes of one show.

An episode's file is combined from what all its sources say, and a refresh may hear only one of them. What
each said last is therefore kept, in `<library>/log/sources/<source>.jsonl`: a line for each episode that it
ever listed. The files are derived: without one its source is read again, whole.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from episcribe.library.episode import Episode


def has_listed(library: Path, name: str) -> bool:
    """True when what the source `name` said is kept."""
    return os.path.exists(_path(library, name))  # noqa: PTH110


def read_listed(library: Path, name: str) -> dict[str, "Episode"] | None:
    """What the source `name` said last of each episode, by the episode's folder; None when that is lost."""
    from episcribe.library.episode import episode_from_dict

    try:
        with open(_path(library, name), "rb") as file:  # noqa: PTH123
            data = file.read()
        drafts = [
            episode_from_dict(value) for value in json.loads(b"[" + b",".join(data.splitlines()) + b"]")
        ]
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return {draft.folder: draft for draft in drafts}


def write_listed(library: Path, name: str, drafts: Mapping[str, "Episode"]) -> None:
    """Keep what the source `name` said of each episode, by the episode's folder."""
    from episcribe.library.episode import episode_to_dict
    from episcribe.library.files import write_if_changed

    lines = [
        json.dumps({**episode_to_dict(draft), "folder": folder}, ensure_ascii=False, separators=(",", ":"))
        for folder, draft in drafts.items()
    ]
    write_if_changed(
        Path(_path(library, name)), "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
    )


def _path(library: Path, name: str) -> str:
    return f"{library}/log/sources/{name}.jsonl"
