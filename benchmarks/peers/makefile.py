"""A Makefile that calls the stages for every episode of a library."""

from collections.abc import Iterator, Mapping, Sequence

from episcribe.library.layout import EPISODE, LEAVES, STAGES

_MODULES = {"notes_pdf": "pdf", "assessment_pdf": "pdf"}


def makefile(episodes: Sequence[Mapping[str, str]], options: Mapping[str, Mapping[str, str]]) -> str:
    """The text; `episodes` with name, show, about and decides, `options` by show and stage."""
    lines = [".DELETE_ON_ERROR:", "all:"]
    names: dict[tuple[str, str], str] = {}
    for number, (show, of_stages) in enumerate(sorted(options.items())):
        for stage, text in of_stages.items():
            names[show, stage] = f"OPTIONS_{number}_{stage}"
            lines.append(f"export {names[show, stage]} := {_escaped(text)}")
    for number, episode in enumerate(episodes):
        lines += _rules(episode, number, {stage: names[episode["show"], stage] for stage in STAGES})
    return "\n".join(lines) + "\n"


def _rules(episode: Mapping[str, str], number: int, names: Mapping[str, str]) -> Iterator[str]:
    place = f"processed/{episode['name']}"
    for stage, made in STAGES.items():
        products = [f"{place}/{name}" for name in made.products]
        reads = [f"{place}/{name}" for name in (made.reads if stage != "state" else LEAVES)]
        module = _MODULES.get(stage, stage)
        given = f'"$${names[stage]}"'
        if stage == "state":
            yield f"all: {products[0]}"
            yield f"export ABOUT_{number} := {_escaped(episode['about'])}"
            given = f'"$$ABOUT_{number}"'
        more = {"transcript": " 0", "state": f" {episode['decides']}"}.get(stage, "")
        yield f"{' '.join(products)} &: {' '.join(reads)}"
        log = f"{place}/log/{stage}.log"
        yield f"\tpython3 -P -m episcribe.stages.{module} {products[0]} {given} {log}{more}"
    yield f"{place}/{EPISODE}:"


def _escaped(text: str) -> str:
    return text.replace("$", "$$").replace("#", "\\#")
