"""Which library a command is about, and which of its episodes."""

import argparse
from collections.abc import Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

from episcribe.library.errors import EpiscribeError
from episcribe.library.naming import OWN_FOLDERS


class NoLibrary(EpiscribeError):  # noqa: N818 - named for what it is
    """There is no library where one was looked for, or no saying where it is."""


DEFAULT_CONFIGURATION = Path("config/config.yaml")
_ID_LENGTH = 8


def add_library_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which library is meant."""
    parser.add_argument("--library", type=Path, metavar="DIR", help="the library's folder")
    parser.add_argument(
        "--configfile",
        type=Path,
        metavar="FILE",
        help=f"the configuration (default: {DEFAULT_CONFIGURATION})",
    )


def add_episode_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name a show or an episode, for `find_episodes`."""
    parser.add_argument("show", nargs="?", metavar="SHOW", help="a show's id, or SHOW/EPISODE")
    parser.add_argument(
        "episode",
        nargs="?",
        metavar="EPISODE",
        help="a folder's name, the id at its end, or a pattern with *",
    )


def find_library(options: argparse.Namespace) -> Path:
    """The library's folder: `--library`, else what the configuration names.

    Raises NoLibrary when it is not there, ConfigurationError when the configuration cannot be used.
    """
    library = named_library(options)
    if not library.is_dir():
        raise NoLibrary(f"{library}: there is no library; run snakemake, or name one with --library DIR")
    return library


def named_library(options: argparse.Namespace) -> Path:
    """The library's folder, whether it is there or not. Raises as `find_library` does."""
    if options.library is not None:
        return Path(options.library).expanduser()
    from episcribe.library.config_files import load_configuration

    file = options.configfile or DEFAULT_CONFIGURATION
    if not file.exists():
        raise NoLibrary(f"{file}: no such file; name the library with --library DIR")
    return Path(load_configuration([file]).library).expanduser()


def find_episodes(library: Path, show: str | None = None, episode: str | None = None) -> Iterator[Path]:
    """The folders of episodes, by show and date: all, those of `show`, or those that `episode` names.

    `episode` is a folder's name, the eight characters at its end, or a pattern with `*`; `show` may be
    `show/episode` as messages have it. Raises EpiscribeError for a name that nothing has.
    """
    if show is not None and episode is None and "/" in show:
        show, episode = show.rstrip("/").split("/", 1)
    shows = _shows(library)
    if show is not None and show not in shows:
        raise EpiscribeError(f"{library}: has no show {show!r}{_near(show, shows)}")
    names = [show] if show is not None else shows
    if not episode:
        return (library / name / folder for name in names for folder in _folders(library / name))
    found = [
        library / name / folder
        for name in names
        for folder in _folders(library / name)
        if folder == episode
        or (len(episode) == _ID_LENGTH and folder.endswith(f"-{episode}"))
        or fnmatchcase(folder, episode)
    ]
    if not found:
        known = [folder for name in names for folder in _folders(library / name)]
        raise EpiscribeError(
            f"{library}: has no episode {episode!r}{_near(episode, known)}; give a folder's name, the id at "
            "its end, or a pattern such as '2024-05-*'"
        )
    return iter(found)


def _shows(library: Path) -> list[str]:
    return _folders(library, OWN_FOLDERS)


def _folders(folder: Path, without: frozenset[str] = frozenset()) -> list[str]:
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in without and not path.name.startswith(".") and path.is_dir()
    )


def _near(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1, 0.5)
    return f"; did you mean {near[0]!r}?" if near else ""
