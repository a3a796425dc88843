"""PDFs hold what their Markdown says, in every script, and nothing that it tries to run or fetch."""

import datetime
import hashlib
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from episcribe.library.errors import EpiscribeError
from episcribe.study import pandoc
from episcribe.study.pandoc import find_pandoc, markdown_to_typst, pieces
from episcribe.study.pdf import PdfOptions, markdown_to_pdf, split_front_matter

HEAD = '---\ntitle: "A talk"\npodcast: "The Show"\ndate: 2024-05-01\nlanguage: "en"\n---\n\n# A talk\n\n'
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_MAPPED = re.compile(rb"<[0-9A-Fa-f]{4}> <([0-9A-Fa-f]{4,})>")
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


def inside(data: bytes) -> bytes:
    """The PDF with its compressed streams unpacked behind it."""
    return data + b"".join(
        zlib.decompressobj().decompress(part) for part in _STREAM.findall(data) if part[:1] == b"x"
    )


def drawn(data: bytes) -> set[str]:
    """The characters that the glyphs of a PDF stand for, by its fonts' ToUnicode maps."""
    found = _MAPPED.findall(inside(data))
    return set("".join(bytes.fromhex(code.decode()).decode("utf-16-be") for code in found))


def pages(data: bytes) -> int:
    return len(_PAGE.findall(inside(data)))


def notes(markdown: str) -> bytes:
    return markdown_to_pdf(markdown, kind="notes").data


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Fjords, naïve façade"),
        ("el", "Ξεσκεπάζω τὴν ψυχοφθόρα"),
        ("ru", "Съешь же ещё этих мягких булок"),
        ("ar", "نص حكيم له سر قاطع"),
        ("he", "דג סקרן שט בים"),
        ("hi", "ऋषियों को सताने"),
        ("th", "เป็นมนุษย์สุดประเสริฐ"),
        ("ja", "いろはにほへと色匂"),
        ("zh-Hans", "视野无限广窗外有蓝天"),
        ("zh-Hant", "視野無限廣窗外有藍天"),
        ("ko", "키스의 고유조건은"),
    ],
)
def test_every_script_is_drawn(language, text):
    pdf = markdown_to_pdf(HEAD.replace('"en"', f'"{language}"') + text + " 😀 🎉\n", kind="notes")
    shaped = {"ar", "hi", "th"}  # in these, one glyph may stand for several letters
    wanted = {character for character in text if not character.isspace()}
    assert pdf.missing == ""
    assert wanted & drawn(pdf.data) if language in shaped else wanted <= drawn(pdf.data)
    assert {"😀", "🎉"} <= drawn(pdf.data)


def test_characters_that_no_font_has_are_reported():
    pdf = markdown_to_pdf(
        HEAD + "Egyptian \U00013000 and Tangut \U00017000, but 😀\u200d\ufe0f and é.\n", kind="notes"
    )
    assert pdf.missing == "\U00013000\U00017000"


def test_maths_is_set_as_maths():
    data = notes(HEAD + "Euler: $e^{i\\pi} + 1 = 0$, and $\\frac{a}{b}$.\n\n$$\\sum_{k=0}^n k$$\n")
    assert {"𝜋", "∑", "𝑎"} <= drawn(data)
    assert "$" not in drawn(data)


def test_maths_that_means_nothing_is_printed_as_it_was_written():
    data = notes(HEAD + "It costs $5 and $6. Broken: $\\frac{1}{$, $\\foo{bar}$, $x_{$ and $$ alone.\n")
    assert {"$", "\\", "{"} <= drawn(data)


def test_the_same_markdown_gives_the_same_bytes_in_another_process():
    markdown = HEAD + "Text with 日本語, **bold** and $x^2$.\n"
    script = (
        "import sys, hashlib; from episcribe.study.pdf import markdown_to_pdf;"
        "print(hashlib.sha256(markdown_to_pdf(sys.argv[1], kind='notes').data).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script, markdown], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert runs[0].strip() == hashlib.sha256(notes(markdown)).hexdigest()


def test_the_time_in_the_file_is_the_date_of_the_document():
    assert b"20240501000000" in inside(notes(HEAD)).replace(b"D:", b"")
    undated = inside(notes("# Undated\n"))
    assert f"{datetime.datetime.now(tz=datetime.UTC):%Y%m%d}".encode() not in undated


HOSTILE = [
    '```{=typst}\n#read("SECRET")\n```',
    '`#read("SECRET")`{=typst}',
    '#read("SECRET")',
    '\\#read("SECRET")',
    '#import "@preview/cetz:0.3.0": *',
    '#include "SECRET"',
    '$#read("SECRET")$ $\\text{#read("SECRET")}$',
    '$\\operatorname{#read("SECRET")}$ $"#read(\\"SECRET\\")"$',
    "![picture](SECRET) ![](/etc/passwd) ![](https://example.invalid/x.png)",
    '[link](<")[#read("SECRET")]>)',
    '# ] #read("SECRET") [',
    '| #read("SECRET") | b |\n|---|---|\n| ] | [ |',
    '<img src="SECRET"><script>fetch("https://example.invalid")</script>',
    "\\input{SECRET}",
    '*/ #read("SECRET") /* // `` ``` "',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_the_text_is_run_or_read(tmp_path, text):
    secret = tmp_path / "secret.txt"
    secret.write_text("Ж")
    computed = text.replace('#read("SECRET")', '#"\\u{416}"')  # typst for Ж, were it run
    for attempt in (computed, *(text.replace("SECRET", name) for name in (str(secret), "secret.txt"))):
        data = notes(HEAD + attempt + "\n\nafter ☃\n")
        assert "☃" in drawn(data)
        assert "Ж" not in drawn(data)


def test_front_matter_is_text_too():
    value = '#read(\\"/etc/passwd\\") [ ] $ \\\\ * <b> 名'
    data = notes(f'---\ntitle: "{value}"\npodcast: "{value}"\nurl: "javascript:alert(1)"\n---\n\nText.\n')
    assert {"#", "[", "$", "<", "名"} <= drawn(data)
    assert b"javascript" not in inside(data)


def test_only_links_into_the_web_can_be_followed():
    data = inside(
        notes(
            HEAD
            + "[1:02](https://example.org/e.mp3#t=62) [x](javascript:alert) [y](file:///etc/passwd) [[Page]] "
            "[z](../up.md) <mailto:a@example.org>\n"
        )
    )
    assert set(re.findall(rb"/URI\s*\(([^)]*)\)", data)) == {
        b"https://example.org/e.mp3#t=62",
        b"mailto:a@example.org",
    }


def test_html_is_kept_as_text():
    data = notes("---\ntitle: T\n---\n\nThe tag <div> and\n\n<section>\ninside Ω\n</section>\n")
    assert {"<", ">", "Ω"} <= drawn(data)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 20_000,
        "https://example.org/" + "a" * 5000,
        "> " * 3000 + "deep",
        "\n".join("  " * depth + "- item" for depth in range(200)),
        "[(*_`<$" * 2000,
        "<details>\n" * 500,
        "```\nnever closed",
        "\t".join("word" for _ in range(12_000)),
        "\x00\x07\u202e\ud800 controls",
        "",
    ],
    ids=["word", "url", "quotes", "lists", "brackets", "details", "fence", "tabs", "controls", "nothing"],
)
@pytest.mark.parametrize("kind", ["notes", "assessment"])
def test_text_that_is_hard_to_set_is_set(kind, text):
    assert markdown_to_pdf(HEAD + text + "\n", kind=kind).data.startswith(b"%PDF-")


def test_a_document_beyond_the_limit_is_refused_in_one_line():
    with pytest.raises(EpiscribeError, match="12,000,000") as refusal:
        markdown_to_pdf("x" * 12_000_001, kind="notes")
    assert "\n" not in str(refusal.value)


def test_the_answers_of_an_assessment_are_on_a_page_of_their_own():
    markdown = HEAD + "**1.** What?\n\n<details>\n<summary>Answer</summary>\n\nΩ\n\n</details>\n"
    assert pages(markdown_to_pdf(markdown, kind="assessment").data) == 2
    assert pages(markdown_to_pdf(markdown, kind="notes").data) == 1
    assert "Ω" in drawn(markdown_to_pdf(markdown, kind="assessment").data)


def test_an_answer_that_leaves_a_fence_open_still_gives_a_pdf():
    markdown = HEAD + "**1.** What?\n\n<details>\n\n```\nΩ\n\n</details>\n\n**2.** And?\n"
    assert "Ω" in drawn(markdown_to_pdf(markdown, kind="assessment").data)


def test_the_line_of_facts_that_the_title_block_shows_is_not_repeated():
    facts = "The Show · 2024-05-01 · Ω\n\n"
    assert "Ω" not in drawn(notes(HEAD + facts + "Text.\n"))
    assert "Ω" in drawn(notes(HEAD + "Of Ω · and other letters\n\nText.\n"))


def test_paper_size_and_colour_are_options():
    a4 = markdown_to_pdf(HEAD, kind="notes").data
    letter = markdown_to_pdf(HEAD, kind="notes", options=PdfOptions(paper="us-letter")).data
    assert re.search(rb"MediaBox\s*\[0 0 595\.\d+ 841\.\d+\]", inside(a4))
    assert re.search(rb"MediaBox\s*\[0 0 612 792\]", inside(letter))
    with pytest.raises(EpiscribeError, match="#rrggbb"):
        markdown_to_pdf(HEAD, kind="notes", options=PdfOptions(accent='red"'))


def test_front_matter_is_read_with_and_without_the_yaml_library():
    ours = '---\ntitle: "A: b"\ndate: 2024-05-01\npeople: ["x", "y"]\n---\nbody\n'
    assert split_front_matter(ours) == (
        {"title": "A: b", "date": "2024-05-01", "people": ["x", "y"]},
        "body\n",
    )
    foreign = "---\ntitle: >\n  A\n  b\nnumber: 3\n---\nbody\n"
    assert split_front_matter(foreign) == ({"title": "A b\n", "number": 3}, "body\n")
    assert split_front_matter("body\n") == ({}, "body\n")


def test_our_own_front_matter_costs_no_yaml_import():
    script = (
        "import sys; from episcribe.study.pdf import split_front_matter;"
        "split_front_matter(sys.argv[1]); sys.exit('yaml' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script, HEAD], check=False).returncode == 0


def test_front_matter_that_is_not_yaml_is_refused_in_one_line():
    with pytest.raises(EpiscribeError, match="front matter") as refusal:
        notes("---\ntitle: [\n---\nbody\n")
    assert "\n" not in str(refusal.value)


def test_a_long_document_is_cut_before_headings_and_never_in_code():
    part = "# Heading\n\n" + "text text\n" * 50 + "\n```\n\n# no heading\n\n```\n\n"
    cut = list(pieces(part * 10, size=400))
    assert "".join(cut) == part * 10
    assert len(cut) == 10
    assert all(piece.startswith("# Heading") for piece in cut)


def test_pandoc_on_the_path_serves_where_the_package_has_none(monkeypatch, tmp_path):
    program = tmp_path / "pandoc"
    program.symlink_to(find_pandoc())
    monkeypatch.setattr(pandoc, "package_folder", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    find_pandoc.cache_clear()
    try:
        assert Path(find_pandoc()) == program
        assert "*" in markdown_to_typst("**b**") or "strong" in markdown_to_typst("**b**")
        monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
        find_pandoc.cache_clear()
        with pytest.raises(EpiscribeError, match="pypandoc_binary"):
            find_pandoc()
    finally:
        find_pandoc.cache_clear()
