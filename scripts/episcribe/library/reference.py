"""What the configuration's models say of themselves: default values, JSON schema, reference page.

`python -m episcribe.library.reference` writes the three files below the current folder.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from episcribe.library.config import Configuration, Show, ShowSettings
from episcribe.library.files import write_if_changed
from episcribe.library.plain_yaml import to_yaml

DEFAULTS = "config/defaults.yaml"
SCHEMA = "config/schema.json"
PAGE = "docs/configuration.md"

_INTRODUCTION = """# Configuration

`config/config.yaml` in the working directory is read by itself; `snakemake --configfile mine.yaml` reads
another file instead, and `--config KEY=VALUE` changes a key for one run. Paths of shows are relative to the
file that names them; the library is relative to the working directory (`snakemake --directory DIR`).
An unknown key is an error, and so is a wrong type. A key that is left empty has its default.

This page is generated from the models in `scripts/episcribe/library/config.py` and `settings.py`.
"""


def reference_files() -> dict[str, str]:
    """The three files, by their paths from the root of the project."""
    return {
        DEFAULTS: "# The default values, generated from the models; edit config.yaml instead.\n"
        + to_yaml(_readable(Configuration().model_dump(mode="json", exclude={"shows"}))),
        SCHEMA: json.dumps(Configuration.model_json_schema(), indent=2, ensure_ascii=False) + "\n",
        PAGE: _page(),
    }


def _readable(defaults: dict[str, Any]) -> dict[str, Any]:
    return {**defaults, "refresh": "6h"}


def _page() -> str:
    sections = [
        _INTRODUCTION,
        _section("Top level", Configuration, skip=("defaults",)),
        _section("A show", Show, only=tuple(set(Show.model_fields) - set(ShowSettings.model_fields))),
        "A show has one source or several; those of several are one list of episodes. Each may be a list.\n",
        _section("For all shows under `defaults:`, or for one show by itself", ShowSettings),
    ]
    return "\n".join(sections)


def _section(
    title: str, model: type[BaseModel], skip: tuple[str, ...] = (), only: tuple[str, ...] = ()
) -> str:
    rows = [
        row
        for name, field in model.model_fields.items()
        if name not in skip and (not only or name in only)
        for row in _rows(name, field)
    ]
    return "\n".join([f"## {title}", "", "| key | default | meaning |", "| --- | --- | --- |", *rows, ""])


def _rows(name: str, field: FieldInfo) -> Iterator[str]:
    annotation = field.annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for inner, below in annotation.model_fields.items():
            yield from _rows(f"{name}.{inner}", below)
        return
    meaning = " ".join((field.description or "The shows, a list; see below.").split())
    yield f"| `{name}` | {_default(name, field)} | {meaning} |"


def _default(name: str, field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if name == "refresh":
        return "`6h`"
    value = field.default
    if value is None or value in ((), {}):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, dict):
        return "; ".join(f"`{key}: {inner}`" for key, inner in value.items())
    if isinstance(value, tuple):
        return f"`[{', '.join(map(str, value))}]`"
    return f"`{value}`"


def main() -> None:
    """Write the files."""
    for name, text in reference_files().items():
        if write_if_changed(Path(name), text):
            print(name)


if __name__ == "__main__":
    main()
