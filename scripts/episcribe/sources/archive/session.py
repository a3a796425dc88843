"""archive.org, asked by the library `internetarchive` over our own client.

Importing this module imports internetarchive (150 ms).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from internetarchive import session as library

from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.sources.archive.errors import NoSuchItem
from episcribe.sources.requests_adapter import ClientAdapter, fetch_error_in

if TYPE_CHECKING:
    from episcribe.net.client import Client

_MAX_BYTES = 64 * 1024 * 1024
# https://archive.org/help/aboutsearch.htm: a page of the scraping API has from 100 to 10,000 results.
_SMALLEST_PAGE, _LARGEST_PAGE = 100, 10_000
_FIELDS = ("identifier", "title", "mediatype", "date", "publicdate", "oai_updatedate")


class ArchiveSite:
    """What archive.org has; `client` sends all requests. Threads may share it."""

    def __init__(self, client: "Client") -> None:
        self._session = _session(client)

    def metadata(self, identifier: str) -> dict[str, Any]:
        """The metadata of an item, as https://archive.org/developers/md-read.html has them.

        Raises NoSuchItem where there is none; EpiscribeError as `search` does.
        """
        with _told_apart(identifier):
            answer = self._session.get_metadata(identifier)
        if answer == {}:
            raise NoSuchItem(f"archive.org has no item {identifier}; check the identifier")
        if not isinstance(answer, dict):
            raise _odd(identifier)
        if "metadata" not in answer and not answer.get("is_dark"):
            said = str(answer.get("error") or "no metadata")[:200]
            raise EpiscribeError(f"{identifier}: archive.org answers {said!r}", FailureKind.TRANSIENT)
        return answer

    def search(self, query: str, *, page: int = _LARGEST_PAGE) -> Iterator[dict[str, Any]]:
        """The results of a search, the newest first, undated ones last; pages are fetched as they are read.

        Raises EpiscribeError: permanent for a query that archive.org cannot read, blocked when it refuses us,
        transient when it is down, answers something else than JSON, or less than it promised.
        """
        what = f"search for {query[:80]}"
        count = max(_SMALLEST_PAGE, min(page, _LARGEST_PAGE))
        with _told_apart(what):
            found = iter(
                self._session.search_items(
                    query, fields=list(_FIELDS), sorts=["date desc"], params={"count": count}
                )
            )
        while True:
            with _told_apart(what):
                result = next(found, None)
            if result is None:
                return
            if isinstance(result, dict) and "identifier" in result:
                yield result


class _Session(library.ArchiveSession):
    """A session that has no way to the network but `client`, no cookies, no keys and no files of its own."""

    def __init__(self, client: "Client") -> None:
        self._adapter = ClientAdapter(client, max_bytes=_MAX_BYTES)
        nothing = {"s3": {"access": None, "secret": None}, "cookies": {}, "general": {"secure": True}}
        super().__init__(config=nothing, config_file=os.devnull)
        self.trust_env = False
        self.max_redirects = client.settings.max_redirects

    def mount_http_adapter(self, *_: Any, **__: Any) -> None:
        """Mount ours, where the library would mount one that opens connections by itself.

        It does so again for each search, and for `https://archive.org` alone, which would win over ours.
        """
        self.adapters = dict.fromkeys(("https://", "http://"), self._adapter)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send as requests does: what the library adds changes the warnings of the whole process."""
        return requests.Session.send(self, request, **options)

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """Take back what the library allows, secrets for every host whose name ends in archive.org."""
        requests.Session.rebuild_auth(self, prepared_request, response)


def _session(client: "Client") -> _Session:
    # Else the library would wrap socket.connect of the whole process, to note addresses that nobody reads.
    library._SOCKET_ALREADY_PATCHED = True
    try:
        return _Session(client)
    except ValueError as error:
        raise EpiscribeError(f"archive: {error}") from error


@contextmanager
def _told_apart(what: str) -> Iterator[None]:
    """Turn what internetarchive and requests raise into EpiscribeError."""
    try:
        yield
    except requests.exceptions.JSONDecodeError as error:
        message = f"{what}: archive.org answered with something else than JSON"
        raise EpiscribeError(message, FailureKind.TRANSIENT) from error
    except requests.RequestException as error:
        fetch = fetch_error_in(error)
        if fetch is not None:
            raise fetch from error
        raise _of_status(what, error) from error
    except ValueError as error:
        said = " ".join(str(error).split())[:200]
        raise EpiscribeError(f"{what}: archive.org refuses it: {said}") from error
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _odd(what) from error


def _of_status(what: str, error: requests.RequestException) -> EpiscribeError:
    if isinstance(error, requests.exceptions.ReadTimeout):
        message = f"{what}: archive.org gave fewer results than it promised"
        return EpiscribeError(message, FailureKind.TRANSIENT)
    status = _status_in(error)
    if status == 404:
        return NoSuchItem(f"archive.org has nothing for {what}; check the address")
    if isinstance(error, requests.TooManyRedirects):
        return EpiscribeError(f"{what}: archive.org sends in a circle", FailureKind.TRANSIENT)
    host = urlsplit(getattr(error.request, "url", None) or "").hostname or "archive.org"
    return EpiscribeError(f"{what}: {host} answered {status or 'in a way that cannot be used'}")


def _status_in(error: BaseException | None) -> int | None:
    """The status of the answer that led to an error, through the errors that were raised on top of it."""
    for _ in range(10):
        if error is None:
            return None
        status = getattr(getattr(error, "response", None), "status_code", None)
        if isinstance(status, int):
            return status
        error = error.__cause__ or error.__context__
    return None


def _odd(what: str) -> EpiscribeError:
    return EpiscribeError(f"{what}: archive.org answered in a form that nobody knows", FailureKind.TRANSIENT)
