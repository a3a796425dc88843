"""Reading and writing `episode.yaml`."""

from pathlib import Path
from typing import Any

from episcribe.library.episode import Episode, episode_from_dict, episode_to_dict
from episcribe.library.errors import EpiscribeError
from episcribe.library.layout import EPISODE
from episcribe.library.plain_yaml import NotPlainError, from_yaml, to_yaml


def read_episode(folder: Path) -> Episode:
    """The episode whose folder this is. Raises EpiscribeError when its `episode.yaml` cannot be used."""
    path = folder / EPISODE
    try:
        return episode_from_dict(_values(path.read_bytes()))
    except OSError as error:
        raise EpiscribeError(f"{path} cannot be read: {error.strerror}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EpiscribeError(f"{path} describes no episode; delete it to have it made again") from error


def episode_yaml(episode: Episode) -> str:
    """The text of `episode.yaml`."""
    return to_yaml(episode_to_dict(episode))


def _values(data: bytes) -> Any:
    """The file's content; one that was edited by hand may hold any YAML. Raises ValueError."""
    try:
        return from_yaml(data.decode("utf-8"))
    except NotPlainError:
        import yaml

        try:
            return yaml.safe_load(data)
        except yaml.YAMLError as error:
            raise ValueError("not YAML") from error
