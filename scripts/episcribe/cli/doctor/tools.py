"""Programs and packages: are they here, and are they new enough?"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path

from episcribe.cli.doctor.finding import Finding, note, ok, problem
from episcribe.library.errors import EpiscribeError

_SYNC = "install what is missing with: uv sync"
_UPGRADE = "uv lock --upgrade-package yt-dlp --upgrade-package yt-dlp-ejs && uv sync"
_OLD_AFTER = 60  # days: YouTube breaks older ones, and a release comes every few weeks
_OLDEST_DENO = (2, 3)  # https://github.com/yt-dlp/yt-dlp/wiki/EJS
_SECONDS = 20
# Programs that may also come from elsewhere, each with a check of its own.
_PROGRAMS = frozenset(("pypandoc-binary", "deno"))
_VERSION = re.compile(r"\d+(?:\.\d+)+")


def check_python() -> Finding:
    """The interpreter; one that is too old would not have come so far."""
    return ok("python", ".".join(map(str, sys.version_info[:3])))


def check_packages() -> Finding:
    """The packages that Episcribe depends on, in the versions that it was tried with."""
    try:
        wanted = metadata.requires("episcribe") or []
    except metadata.PackageNotFoundError:
        return note(
            "packages", "Episcribe is not installed, but run from a folder", "install it with: uv sync"
        )
    wrong = list(_unmet(wanted))
    if wrong:
        return problem("packages", ", ".join(wrong), _SYNC)
    return ok("packages", f"those that are needed, with Snakemake {version_of('snakemake')}")


def _unmet(wanted: Sequence[str]) -> Iterator[str]:
    """What of the requirements is missing or of another version; extras only count when they are there."""
    from packaging.requirements import Requirement

    for text in wanted:
        requirement = Requirement(text)
        is_extra = requirement.marker is not None and "extra" in str(requirement.marker)
        if requirement.marker is not None and not is_extra and not requirement.marker.evaluate():
            continue
        if requirement.name.replace("_", "-").lower() in _PROGRAMS:
            continue
        version = version_of(requirement.name)
        if version is None:
            if not is_extra:
                yield f"{requirement.name} is missing"
        elif not requirement.specifier.contains(version, prereleases=True):
            yield f"{requirement.name} is {version}, not {requirement.specifier}"


def check_pandoc() -> Finding:
    """pandoc, which PDFs go through."""
    from episcribe.study.pandoc import find_pandoc

    try:
        path = find_pandoc()
    except EpiscribeError:
        return problem("pandoc", "not found", "install it with: uv sync, or put pandoc on PATH")
    version = _version_told(path)
    if version is None:
        return problem("pandoc", f"{path} does not run", "install the package pypandoc_binary anew")
    return ok("pandoc", version)


def check_typst() -> Finding:
    """The binding that sets PDFs."""
    try:
        import_module("typst")
    except ImportError as error:
        return problem("typst", f"cannot be loaded: {error}", _SYNC)
    return ok("typst", version_of("typst") or "present")


def check_fonts() -> Finding:
    """The fonts of PDFs."""
    from episcribe.study.fonts import package_folder

    if package_folder("manimgx_fonts") is None:
        return problem(
            "fonts", "the package manimgx-fonts is missing: other scripts than Latin come out blank", _SYNC
        )
    if package_folder("manimgx_fonts_cjk") is None:
        said = "the package manimgx-fonts-cjk is missing: Chinese, Japanese and Korean come out blank"
        return problem("fonts", said, _SYNC)
    return ok("fonts", f"{version_of('manimgx-fonts') or 'present'}, with Chinese, Japanese and Korean")


def check_ytdlp_age(today: date) -> Finding:
    """yt-dlp, whose version is the day of its release."""
    version = version_of("yt-dlp")
    if version is None:
        return problem("yt-dlp", "not installed", _SYNC)
    age = age_in_days(version, today)
    if age is None:
        return note("yt-dlp", f"{version}, whose age cannot be told")
    if age > _OLD_AFTER:
        return note(
            "yt-dlp", f"{version}, {age} days old: YouTube may refuse it", f"upgrade it with: {_UPGRADE}"
        )
    return ok("yt-dlp", f"{version}, {max(age, 0)} days old")


def age_in_days(version: str, today: date) -> int | None:
    """The days since a version such as `2026.10.26` was released, None when it names no day."""
    try:
        year, month, day = (int(part) for part in version.split(".")[:3])
        return (today - date(year, month, day)).days
    except ValueError:
        return None


def check_ytdlp_ejs() -> Finding:
    """The scripts that yt-dlp solves YouTube's riddles with; it names the one version that fits."""
    name = "yt-dlp-ejs"
    version = version_of(name)
    if version is None:
        return problem(name, "not installed: YouTube gives no recordings without it", _SYNC)
    wanted = wanted_ejs(metadata.requires("yt-dlp") or [] if version_of("yt-dlp") else [])
    if wanted is not None and wanted != version:
        return problem(
            name, f"{version}, but this yt-dlp needs {wanted}", f"fit them together with: {_UPGRADE}"
        )
    return ok(name, f"{version}, which this yt-dlp asks for" if wanted else version)


def wanted_ejs(requirements: Sequence[str]) -> str | None:
    """The version of yt-dlp-ejs that yt-dlp's own requirements name."""
    for text in requirements:
        match = re.match(r"yt-dlp-ejs\s*==\s*([\w.]+)", text)
        if match:
            return match[1]
    return None


def check_deno() -> Finding:
    """The JavaScript runtime that yt-dlp runs its scripts in."""
    from episcribe.sources.ytdlp import runtime

    return judge_deno(runtime())


def judge_deno(path: Path | None) -> Finding:
    """What is to be said of the deno at `path`."""
    if path is None:
        return problem("deno", "not found: YouTube gives no recordings without it", _SYNC)
    version = _version_told(str(path))
    if version is None:
        return problem("deno", f"{path} does not run", "install the package deno anew")
    if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST_DENO:
        return problem(
            "deno", f"{version} is too old for yt-dlp, which needs 2.3", "upgrade it with: uv sync"
        )
    return ok("deno", version)


def check_internetarchive() -> Finding:
    """The library for archive.org."""
    version = version_of("internetarchive")
    if version is None:
        return problem("internetarchive", "not installed: archive: sources cannot be read", _SYNC)
    return ok("internetarchive", version)


def check_stem(slots: Sequence[str]) -> Finding:
    """The library that speaks with Tor."""
    is_wanted = any(slot.startswith("tor:") for slot in slots)
    if find_spec("stem") is not None:
        return ok("stem", version_of("stem") or "present")
    if is_wanted:
        return problem(
            "stem", "not installed, and a tor slot is configured", "install it with: uv sync --extra tor"
        )
    return ok("stem", "not installed; only tor slots need it")


def check_ffmpeg() -> Finding:
    """ffmpeg, which nothing needs."""
    missing = [name for name in ("ffmpeg", "ffprobe") if shutil.which(name) is None]
    if missing:
        said = f"{' and '.join(missing)} not on PATH; no run needs them"
        return note("ffmpeg", said, "install ffmpeg if you want to cut or convert recordings yourself")
    return ok("ffmpeg", "on PATH, though no run needs it")


def version_of(package: str) -> str | None:
    """The version of an installed package, None when it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _version_told(program: str) -> str | None:
    """The version that a program prints, None when it cannot be run."""
    try:
        done = subprocess.run(
            [program, "--version"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = _VERSION.search(done.stdout)
    return match[0] if match else None
