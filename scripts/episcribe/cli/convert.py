"""`episcribe convert`: the transcript core alone, on files or standard input."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from episcribe.library.errors import EpiscribeError

if TYPE_CHECKING:
    from episcribe.library.transcript import Transcript

_FORMS = ("json", "vtt", "srt", "txt")
_STANDARD_INPUT = "-"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `convert` command to `subparsers`; its namespace has `run`."""
    parser = subparsers.add_parser(
        "convert",
        help="turn transcripts of any format into JSON, WebVTT, SRT or text",
        description="Read transcripts in whatever format they are and write them in another.",
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="a transcript; - or none: standard input")
    parser.add_argument("--to", choices=_FORMS, default="json", help="the format to write (default: json)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write DIR/<name>.<format> for every FILE")
    parser.add_argument("--clean", action="store_true", help="whole sentences, rolling captions undone")
    parser.add_argument(
        "--language", metavar="TAG", help="the language, where the file does not say: en, pt-BR …"
    )
    parser.add_argument("--declared-type", metavar="MIME", help="what the file was served as; only a hint")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Convert every file of `options`; 0 when all went well, 1 when one failed, with a line on stderr
    each.
    """
    files: list[str] = options.files or [_STANDARD_INPUT]
    if options.out is None and len(files) > 1:
        raise EpiscribeError(f"{len(files)} files cannot share standard output: say where with --out DIR")
    targets = _targets(files, options.to, options.out)
    failed = 0
    for file, target in zip(files, targets, strict=True):
        try:
            _convert(file, target, options)
        except (EpiscribeError, OSError) as error:
            reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
            print(f"episcribe convert: {_shown(file)}: {reason}", file=sys.stderr)
            failed += 1
    return 1 if failed else 0


def _convert(file: str, target: Path | None, options: argparse.Namespace) -> None:
    from episcribe.transcripts.reading import read_transcript
    from episcribe.transcripts.writing import write_transcript

    data = sys.stdin.buffer.read() if file == _STANDARD_INPUT else Path(file).read_bytes()
    transcript = read_transcript(
        data,
        declared_type=options.declared_type,
        name="" if file == _STANDARD_INPUT else file,
        language=options.language,
    )
    if options.clean:
        transcript = _cleaned(transcript, options.to)
    if options.to in {"vtt", "srt"} and all(segment.start is None for segment in transcript.segments):
        note = "has no times, those of the captions are estimated from the length of the text"
        print(f"episcribe convert: {_shown(file)}: {note}", file=sys.stderr)
    text = write_transcript(transcript, options.to)
    if target is None:
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.flush()
        return
    if file != _STANDARD_INPUT and target.exists() and target.samefile(file):
        raise EpiscribeError(f"would overwrite itself as {target}: choose another folder with --out")
    from episcribe.library.files import write_atomically

    write_atomically(target, text)


def _cleaned(transcript: "Transcript", form: str) -> "Transcript":
    """Whole sentences, for captions cut to what fits a screen."""
    from dataclasses import replace

    from episcribe.text.cleaning import clean_transcript
    from episcribe.transcripts.captions import caption_cues

    cleaned = clean_transcript(transcript)
    return (
        replace(cleaned, segments=tuple(caption_cues(cleaned.segments)))
        if form in {"vtt", "srt"}
        else cleaned
    )


def _targets(files: Sequence[str], form: str, out: Path | None) -> list[Path | None]:
    """Where each file goes: `<stem>.<form>`, with the old extension kept where two files share a stem.

    Raises EpiscribeError when two files would still be written to one path.
    """
    if out is None:
        return [None] * len(files)
    stems = [_stem(file) for file in files]
    shares = Counter(stem.casefold() for stem in stems)
    names = [
        f"{Path(file).name if shares[stem.casefold()] > 1 else stem}.{form}"
        for file, stem in zip(files, stems, strict=True)
    ]
    taken: dict[str, str] = {}
    for file, name in zip(files, names, strict=True):
        if name.casefold() in taken:
            other = taken[name.casefold()]
            raise EpiscribeError(f"{other} and {file} would both become {out / name}: convert them apart")
        taken[name.casefold()] = file
    # An input is never written over, whichever of the inputs it is.
    inputs = {Path(file).resolve() for file in files if file != _STANDARD_INPUT}
    for file, name in zip(files, names, strict=True):
        if (out / name).resolve() in inputs:
            raise EpiscribeError(
                f"{file} would overwrite the input {out / name}: choose another folder with --out"
            )
    return [out / name for name in names]


def _stem(file: str) -> str:
    return "transcript" if file == _STANDARD_INPUT else Path(file).stem


def _shown(file: str) -> str:
    return "standard input" if file == _STANDARD_INPUT else file
