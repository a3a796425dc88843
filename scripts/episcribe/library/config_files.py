"""Reading the configuration: its files laid over one another, validated, with errors of one line each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from episcribe.library.config import SOURCE_KINDS, Configuration, Show
from episcribe.library.config_checks import addresses_in_use, check_slots_in_use
from episcribe.library.errors import ConfigurationError

_USER_INFO = re.compile(r"//[^\s'\"]*@")  # which may hold a password
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it was built


def load_configuration(files: Sequence[Path], overrides: Mapping[str, Any] | None = None) -> Configuration:
    """The configuration of `files` (later ones win, key by key) with `overrides` laid over it.

    A show's paths are relative to the file that names the shows. Raises ConfigurationError, one line that
    names the file, the key and what would be right.
    """
    read = [(file, _read(file)) for file in files]
    merged: dict[str, Any] = {}
    for values in (*(values for _, values in read), overrides or {}):
        merged = _merge(merged, values)
    names = ", ".join(str(file) for file in files) or "the configuration"
    base = next((file.parent for file, values in reversed(read) if "shows" in values), Path.cwd())
    return build_configuration(merged, name=names, base=base)


def build_configuration(data: Mapping[str, Any], *, name: str, base: Path) -> Configuration:
    """The validated configuration of plain `data`; `name` is what errors call it, `base` where paths start.

    Raises ConfigurationError, one line.
    """
    shows = data.get("shows") or []
    if not isinstance(shows, Sequence) or isinstance(shows, str):
        raise ConfigurationError(f"{name}: shows: expected a list of shows, each starting with '- id:'")
    defaults = data.get("defaults") or {}
    complete = {key: value for key, value in data.items() if value is not None}
    try:
        top = Configuration.model_validate({**complete, "defaults": defaults, "shows": ()})
        built = tuple(_build_show(raw, index, defaults, base, name) for index, raw in enumerate(shows))
    except ValidationError as error:
        raise ConfigurationError(f"{name}: {_explain(error, Configuration)}") from None
    _refuse_twins(built, name)
    check_slots_in_use(top.network.slots, f"{name}: network.slots")
    return top.model_copy(update={"shows": built})


def _build_show(raw: object, index: int, defaults: Mapping[str, Any], base: Path, name: str) -> Show:
    if not isinstance(raw, Mapping):
        raise ConfigurationError(
            f"{name}: shows[{index}]: expected keys such as id, subject and feed, got {raw!r}"
        )
    label = f"show {raw['id']!r}" if "id" in raw else f"shows[{index}]"
    values = {key: value for key, value in _merge(defaults, raw).items() if value is not None}
    try:
        show = Show.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(f"{name}: {label}: {_explain(error, Show)}") from None
    kinds = [kind for kind in SOURCE_KINDS if getattr(show, kind)]
    if not kinds:
        raise ConfigurationError(
            f"{name}: {label}: needs a source, one or more of {', '.join(SOURCE_KINDS)}; none is given"
        )
    if len(show.sources) > 1 and "opml" in kinds:
        raise ConfigurationError(f"{name}: {label}: opml makes shows of its own; give it no other source")
    resolved: dict[str, Any] = {
        kind: tuple(addresses_in_use(kind, getattr(show, kind), base, f"{name}: {label}")) for kind in kinds
    }
    return show.model_copy(update=resolved)


def _refuse_twins(shows: Sequence[Show], name: str) -> None:
    seen: set[str] = set()
    for show in shows:
        if show.id in seen:
            raise ConfigurationError(
                f"{name}: two shows have the id {show.id!r}; give one of them another id"
            )
        seen.add(show.id)


def _read(file: Path) -> dict[str, Any]:
    try:
        data = yaml.load(file.read_text(encoding="utf-8"), _LOADER)
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: not YAML: {' '.join(str(error).split())}") from None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ConfigurationError(
            f"{file}: expected keys such as shows: and defaults:, got {type(data).__name__}"
        )
    return data


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        both = isinstance(under, Mapping) and isinstance(value, Mapping)
        merged[key] = _merge(under, value) if both else value  # type: ignore[arg-type]
    return merged


def _explain(error: ValidationError, model: type[BaseModel]) -> str:
    """The first fault as `key: what is wrong`, with the right spelling of an unknown key."""
    faults = error.errors(include_url=False, include_context=False)
    fault = next((f for f in faults if f["type"] == "extra_forbidden"), faults[0])
    path = [part for part in fault["loc"] if isinstance(part, str)]
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        known = sorted(_known_keys(model, path[:-1]))
        near = get_close_matches(str(fault["loc"][-1]), known, 1, 0.5)
        advice = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
        return f"unknown key {where!r}; {advice}"
    if fault["type"] == "string_too_short":
        return f"{where}: it is empty; give it a value, or leave out the key"
    if fault["type"] == "missing":
        return f"the key {where!r} is missing"
    message = fault["msg"].removeprefix("Value error, ")
    if "slots" in path:  # which may hold a password in whatever form
        return f"{where}: {message}"
    secret = "webhook_url" in path
    got = "what is not shown here" if secret else _USER_INFO.sub("//…@", repr(fault["input"]))
    return f"{where}: {message[0].lower()}{message[1:]} (got {got})"


def _known_keys(model: type[BaseModel], path: Sequence[str]) -> Iterator[str]:
    parts = iter(path)
    for part in parts:
        field = model.model_fields.get(part)
        annotation = field.annotation if field else None
        if get_origin(annotation) is dict:  # the next part is a name that the user chose
            next(parts, None)
            annotation = get_args(annotation)[1]
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return
        model = annotation
    yield from model.model_fields
