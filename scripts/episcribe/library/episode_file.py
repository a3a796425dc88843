"""Reading and writing `episode.yaml`."""

from pathlib import Path
from typing import TYPE_CHECKING

from episcribe.library.episode import Episode, episode_from_dict, episode_to_dict
from episcribe.library.errors import EpiscribeError
from episcribe.library.layout import EPISODE

if TYPE_CHECKING:
    from typing import Any


def read_episode(folder: Path) -> Episode:
    """The episode whose folder this is. Raises EpiscribeError when its `episode.yaml` cannot be used."""
    import yaml

    path = folder / EPISODE
    try:
        data: Any = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return episode_from_dict(data)
    except OSError as error:
        raise EpiscribeError(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise EpiscribeError(
            f"{path} does not describe an episode; delete it to have it made again"
        ) from error


def episode_yaml(episode: Episode) -> str:
    """The text of `episode.yaml`."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(
        episode_to_dict(episode), Dumper=dumper, allow_unicode=True, sort_keys=False, width=110
    )
    return text
