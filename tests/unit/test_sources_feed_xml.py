"""What is well-formed XML is read as an XML parser reads it."""

from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episcribe.sources.feeds import parse_feed
from episcribe.sources.namespaces import Scope, vocabulary
from episcribe.sources.tolerant_xml import Document, Element, read_document
from episcribe.sources.xml_text import content_text, resolve_references

PODCAST = "https://podcastindex.org/namespace/1.0"

# Every character that XML allows and that feeds may hold; C1 controls are read as Windows-1252 on purpose.
characters = st.characters(
    min_codepoint=32, exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff"
)
texts = st.text(characters, max_size=30)
written = st.sampled_from(["escaped", "cdata", "references"])


def write(text: str, how: str) -> str:
    """One of the ways in which XML can hold `text`."""
    if how == "cdata":
        return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
    if how == "references":
        return "".join(f"&#x{ord(letter):x};" for letter in text)
    return escape(text)


items = st.lists(st.tuples(texts, texts, texts, written), max_size=4)


@settings(max_examples=150, deadline=None)
@given(items)
def test_a_well_formed_feed_says_what_an_xml_parser_says(contents: list[tuple[str, str, str, str]]) -> None:
    body = "".join(
        f"<item><guid>{write(guid, how)}</guid><description>{write(notes, how)}</description>"
        f"<p:transcript url='u' language={quoteattr(language)}></p:transcript><!-- {how} --></item>"
        for guid, notes, language, how in contents
    )
    data = f"<rss xmlns:p='{PODCAST}'><channel><title>T</title>{body}</channel></rss>".encode()
    found: list[tuple[str, str, str]] = []

    def keep(document: Document, item: Element) -> None:
        tag = item.first("podcast:transcript")
        assert tag is not None
        texts = [document.text(item.first(name)) for name in ("guid", "description")]
        found.append((*texts, tag.attributes["language"]))

    document = read_document(data, keep)
    expected = [
        (
            item.findtext("guid") or "",
            item.findtext("description") or "",
            item[2].attrib["language"],
        )
        for item in ElementTree.fromstring(data).iter("item")
    ]
    assert found == [(guid, notes, language.strip("\"'“”„″")) for guid, notes, language in expected]
    assert document.repairs == 0
    assert document.finished


@pytest.mark.corpus
def test_real_feeds_that_are_well_formed_say_what_an_xml_parser_says(corpus) -> None:
    compared = 0
    for path in sorted((corpus / "feeds" / "real").iterdir()):
        data = path.read_bytes().lstrip()
        rows: list[list[str]] = []

        def keep(document: Document, item: Element, rows: list[list[str]] = rows) -> None:
            rows.append([document.text(child) for child in item.children if not child.children])

        read_document(data, keep)
        root = ElementTree.fromstring(data)
        leaves = [[child.text or "" for child in item if len(child) == 0] for item in root.iter("item")]
        assert rows == leaves, path.name
        compared += len(rows)
    assert compared > 200


def test_names_are_short_and_in_lower_case_whatever_their_prefix() -> None:
    scope = Scope().extended(
        {"x": PODCAST, "": "http://www.w3.org/2005/Atom", "i": "HTTP://WWW.ITUNES.COM/dtds/podcast-1.0.dtd"}
    )
    assert [
        scope.resolve(name) for name in ("x:Transcript", "entry", "i:Duration", "dc:Date", "q:thing")
    ] == [
        "podcast:transcript",
        "atom:entry",
        "itunes:duration",
        "dc:date",
        "q:thing",
    ]
    assert vocabulary("https://example.org/") is None
    assert vocabulary("http://purl.org/rss/1.0/") == ""


def test_a_namespace_holds_only_inside_the_element_that_declares_it() -> None:
    data = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><id>1</id>
      <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div></content>
      <title>After</title></entry></feed>"""
    assert parse_feed(data).items[0].title == "After"


@pytest.mark.parametrize(
    ("piece", "text"),
    [
        (b"a &amp;lt; b", "a &lt; b"),
        (b"<![CDATA[a]]> &amp; <![CDATA[&amp;]]>", "a & &amp;"),
        (b"a<!-- b -->c<?php d ?>e", "ace"),
        (b"<![CDATA[open ]]", "open "),
        (b"&#128;&#x80;\xc2\x80", "€€€"),
        (b"&#0;&#55296;&#1114112;&#xFFFFFF;", ""),
        (b"&nbsp;&bogus;&;&#;", "\u00a0&bogus;&;&#;"),
        (b"\xff\xfe", "ÿþ"),
    ],
)
def test_content_is_unwrapped_once(piece: bytes, text: str) -> None:
    assert content_text(piece) == text


@given(texts)
def test_resolving_references_undoes_escaping(text: str) -> None:
    assert resolve_references(escape(text, {'"': "&quot;"})) == text
