"""archive.org on loopback for tests: metadata, the scraping API and downloads, for the real clients.

    with FakeWeb() as web:
        archive = FakeArchive(web)
        archive.add_item("talk-1999", title="A talk", date="1999-05-01", files=[audio("talk.mp3")])
        ...  # a client whose proxy is web.proxy_url

The search understands `collection:(x)`, `mediatype:(a OR b)` and words of the title, joined by AND.
"""

import hashlib
import json
import re
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from tests.fake_web import FakeWeb
from tests.loopback import Answer, Request

NODE = "ia800100.us.archive.org"
SCRAPE = "/services/search/v1/scrape"


def audio(name: str, content: bytes = b"ID3 sound", **fields: Any) -> dict[str, Any]:
    """The entry of an uploaded recording in an item's list of files; `content` gives its size and digests."""
    return {
        "name": name,
        "source": "original",
        "format": "VBR MP3",
        "size": str(len(content)),
        "md5": hashlib.md5(content).hexdigest(),
        "sha1": hashlib.sha1(content).hexdigest(),
        **fields,
    }


def derived(name: str, original: str, content: bytes = b"ID3 less", **fields: Any) -> dict[str, Any]:
    """The entry of a file that the site made of another."""
    return audio(name, content, **{"source": "derivative", "original": original, **fields})


class FakeArchive:
    """The site and the machine that its downloads come from; `site.requests` holds what was asked."""

    def __init__(self, web: FakeWeb) -> None:
        self.site = web.site("archive.org")
        self.node = web.site(NODE)
        self.largest_page = 10_000
        self._rows: dict[str, dict[str, Any]] = {}
        self.site.add_programme(SCRAPE, self._scrape)

    def add_item(
        self,
        identifier: str,
        *,
        files: list[dict[str, Any]] | None = None,
        updated: str = "2020-01-01T00:00:00Z",
        listed: bool = True,
        top: dict[str, Any] | None = None,
        **metadata: Any,
    ) -> None:
        """Put an item on the site, or another version of it; `top` goes beside `metadata` and `files`."""
        described = {"identifier": identifier, "mediatype": "audio", "publicdate": "2010-02-03 04:05:06"}
        described.update(metadata)
        answer = {
            "created": 1700000000,
            "d1": NODE,
            "dir": f"/12/items/{identifier}",
            "files": files if files is not None else [audio(f"{identifier}.mp3")],
            "metadata": described,
            "reviews": [{"reviewbody": "Great"}],
            **(top or {}),
        }
        self.site.add(f"/metadata/{identifier}", body=json.dumps(answer), content_type="application/json")
        if listed:
            self._rows[identifier] = {**described, "oai_updatedate": ["2005-01-01T00:00:00Z", updated]}

    def add_collection(self, identifier: str, **metadata: Any) -> None:
        """Put a collection on the site; what is in it says so itself."""
        self.add_item(identifier, files=[], mediatype="collection", **metadata)

    def add_download(self, identifier: str, name: str, content: bytes) -> str:
        """Serve a file as the site does, by sending on to a machine; returns its URL on the site."""
        path = quote(f"/12/items/{identifier}/{name}")
        self.node.add(path, body=content, content_type="audio/mpeg")
        return self.site.add(quote(f"/download/{identifier}/{name}"), redirect=self.node.url + path)

    def fetched(self) -> list[str]:
        """The identifiers whose metadata were asked for, in order."""
        paths = [urlsplit(request.path).path for request in self.site.requests]
        return [path.removeprefix("/metadata/") for path in paths if path.startswith("/metadata/")]

    def searches(self) -> list[dict[str, str]]:
        """The parameters of the searches, in order."""
        return [
            {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
            for request in self.site.requests
            if urlsplit(request.path).path == SCRAPE
        ]

    def _scrape(self, request: Request) -> Answer:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
        count = min(int(asked.get("count", 5000)), self.largest_page)
        if asked["q"].count("(") != asked["q"].count(")"):
            error = {"error": "unbalanced parentheses in the query", "errorType": "RequestParseException"}
            return Answer(json.dumps(error).encode(), status=400, content_type="application/json")
        rows = sorted(
            (row for row in self._rows.values() if _fits(row, asked["q"])),
            key=lambda row: str(row.get("date", "")),
            reverse=asked.get("sorts") == "date desc",
        )
        start = int(asked.get("cursor", "0"))
        fields = asked["fields"].split(",")
        items = [{name: row[name] for name in fields if name in row} for row in rows[start : start + count]]
        answer: dict[str, Any] = {"items": items, "count": len(items), "total": len(rows)}
        if start + count < len(rows):
            answer["cursor"] = str(start + count)
        return Answer(json.dumps(answer).encode(), content_type="application/json")


def _fits(row: dict[str, Any], query: str) -> bool:
    for clause in query.split(" AND "):
        match = re.fullmatch(r"(\w+):\(?([^()]*)\)?", clause)
        if match is None:
            if clause.lower() not in str(row.get("title", "")).lower():
                return False
            continue
        value = row.get(match[1], [])
        values = value if isinstance(value, list) else [value]
        if not set(match[2].split(" OR ")) & set(values):
            return False
    return True
