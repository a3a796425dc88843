"""Markdown into typst markup by pandoc, with nothing in the Markdown able to run, read or fetch.

pandoc is the program inside the package pypandoc_binary, else the one on PATH (conda). The CommonMark reader
is used, not pandoc's own: it takes half the processor time and two thirds of the memory.
Raw typst and TeX do not exist in it, and `--sandbox` keeps pandoc from opening files.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import lru_cache

from episcribe.library.errors import EpiscribeError
from episcribe.study.fonts import package_folder

_READER = "commonmark-raw_html+pipe_tables+strikeout+footnotes+task_lists+smart+wikilinks_title_after_pipe"
_PIECE = 200_000
# pandoc 3.9 takes quadratic time over a word, over a paragraph of brackets and stars, and over nested quotes.
_WORD = re.compile(r"\S{500}(?=\S)")
_PARAGRAPH = 20_000
_DEEP = re.compile(r"^((?:[ \t]{0,3}>){16})[ \t>]+", re.MULTILINE)
_SECONDS = 120
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_HEADING = re.compile(r"#{1,6} ")


def markdown_to_typst(markdown: str, *, maths: bool = True) -> str:
    """Typst markup for CommonMark with tables, footnotes, wikilinks, and `$…$` unless `maths` is off.

    A long document goes through pandoc piece by piece, so that memory stays below 200 MB. Raises
    EpiscribeError when pandoc is missing, fails or takes longer than two minutes over a piece.
    """
    reader = _READER + ("+tex_math_dollars" if maths else "")
    command = [find_pandoc(), "--sandbox", "--wrap=none", "--quiet", "-f", reader, "-t", "typst+smart"]
    return "\n".join(_run(command, piece) for piece in pieces(_bounded(markdown)))


@lru_cache(maxsize=1)
def find_pandoc() -> str:
    """The path of the pandoc program. Raises EpiscribeError when there is none."""
    folder = package_folder("pypandoc")
    name = "pandoc.exe" if os.name == "nt" else "pandoc"
    if folder is not None and (folder / "files" / name).is_file():
        return str(folder / "files" / name)
    found = shutil.which("pandoc")
    if found is None:
        raise EpiscribeError(
            "pandoc was not found: install the package pypandoc_binary, or put pandoc on PATH"
        )
    return found


def pieces(markdown: str, size: int = _PIECE) -> Iterator[str]:
    """Cut a long document into parts of about `size` characters that stand for themselves.

    A cut falls before a heading, or, once a part is twice as long, after any blank line that an unindented
    line of text follows; never inside a code fence.
    """
    if len(markdown) <= size:
        yield markdown
        return
    part: list[str] = []
    length = 0
    fence = ""
    blank = True
    for line in markdown.splitlines(keepends=True):
        heading = blank and _HEADING.match(line)
        if not fence and length > size and (heading or (length > 2 * size and blank and line[:1].isalnum())):
            yield "".join(part)
            part, length = [], 0
        fence = _fence_after(fence, line)
        blank = not line.strip()
        part.append(line)
        length += len(line)
    yield "".join(part)


def _bounded(markdown: str) -> str:
    """The Markdown, words over 500 characters and paragraphs over 20,000 cut up, quotes cut to 16 deep."""
    if len(markdown) <= 500:
        return markdown
    text = _WORD.sub(lambda match: match[0] + " ", _DEEP.sub(r"\1 ", markdown))
    return "\n\n".join(
        part if len(part) <= _PARAGRAPH else "\n\n".join(_cut(part)) for part in text.split("\n\n")
    )


def _cut(paragraph: str) -> Iterator[str]:
    start = 0
    while len(paragraph) - start > _PARAGRAPH:
        end = max(paragraph.rfind(white, start, start + _PARAGRAPH) for white in " \n") + 1
        end = end if end > start else start + _PARAGRAPH
        yield paragraph[start:end]
        start = end
    yield paragraph[start:]


def _fence_after(fence: str, line: str) -> str:
    match = _FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match[1]
    closes = match[1].startswith(fence) and not line.strip().strip(fence[0])
    return "" if closes else fence


def _run(command: list[str], markdown: str) -> str:
    try:
        done = subprocess.run(
            command,
            input=markdown.encode("utf-8", "replace"),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EpiscribeError(f"pandoc did not finish within {_SECONDS} s; is the Markdown damaged?") from None
    except OSError as error:
        raise EpiscribeError(f"pandoc could not be started ({command[0]}): {error.strerror}") from error
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").split("\n")
        raise EpiscribeError(
            f"pandoc failed with exit code {done.returncode}: {lines[0].strip() or 'no message'}"
        )
    return done.stdout.decode("utf-8", "replace")
