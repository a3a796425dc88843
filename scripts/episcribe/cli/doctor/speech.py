"""Speech recognition: is it installed, and is the model at hand that each show asks for?"""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from episcribe.cli.doctor.finding import Finding, note, ok, problem
from episcribe.library.errors import EpiscribeError

if TYPE_CHECKING:
    from episcribe.library.config import Configuration, ShowSettings


def check_speech(configuration: "Configuration") -> Iterator[Finding]:
    """What shows that may need to be heard will find: the program, the models, the graphics card."""
    settings: list[ShowSettings] = [*configuration.shows] or [configuration.defaults]
    hearing = [one for one in settings if "speech" in one.transcript.modules]
    if not hearing:
        yield ok("speech", "not asked for by any show")
        return
    from episcribe.speech.models import what_is_missing

    missing = what_is_missing()
    if missing is not None:
        yield _without_speech(hearing, missing)
        return
    from episcribe.cli.doctor.tools import version_of

    yield ok("speech", f"faster-whisper {version_of('faster-whisper') or ''}".strip())
    for model in sorted({one.speech.model for one in hearing}):
        yield _check_model(model)
    if any(one.speech.device == "cuda" for one in hearing):
        yield _check_card()


def _without_speech(hearing: "list[ShowSettings]", missing: str) -> Finding:
    said, _, advice = missing.partition("; ")
    if any(one.transcript.modules == ("speech",) for one in hearing):
        return problem("speech", f"{said}, and it is a show's only way to a transcript", advice)
    return note("speech", f"{said}: episodes without a transcript get none", advice)


def _check_model(name: str) -> Finding:
    from episcribe.speech.models import PACKAGED, model_folder

    try:
        folder = model_folder(name)
    except EpiscribeError as error:
        return problem("speech model", str(error), "or name another under speech.model")
    if folder is not None:
        return ok("speech model", f"{name} is in {folder}")
    if "/" in name:
        return problem("speech model", f"{name} is no folder with a model", "correct speech.model")
    at_hand = sorted({one.name for one in PACKAGED if all(find_spec(package) for package, _ in one.folders)})
    besides = f" (at hand: {', '.join(at_hand)})" if at_hand else ""
    said = f"{name} is not on this machine{besides}"
    return note("speech model", said, "it is fetched when it is first needed")


def _check_card() -> Finding:
    import ctranslate2

    count = ctranslate2.get_cuda_device_count()
    if count:
        return ok("graphics card", f"{count} that CUDA can use")
    return problem("graphics card", "none that CUDA can use", "set speech.device to auto or cpu")
