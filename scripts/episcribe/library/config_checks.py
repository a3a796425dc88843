"""What values of the configuration have to be: network slots, patterns of pages, addresses of sources."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from episcribe.library import archive_address, youtube_address
from episcribe.library.addresses import with_environment
from episcribe.library.errors import ConfigurationError

PAGE_FIELDS = ("number", "season", "slug", "date", "guid", "link")

_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")
_SLOTS = "proxy:http://HOST:PORT, proxy:socks5://HOST:PORT"
_TOR = re.compile(r"tor:[\w.-]+:(\d{1,5})")
_WHOLLY_A_VARIABLE = re.compile(r"\$\{\w+\}\S*")
_PAGE_FIELD = re.compile(rf"\{{(?:{'|'.join(PAGE_FIELDS)})(?::0?\d)?\}}")
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")
_WEB = ("http://", "https://")
_HOST_AND_PATH = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}(?:/\S*)?", re.IGNORECASE)
_LIST = re.compile(r"\.(?:txt|urls|list)$", re.IGNORECASE)


def check_slot(text: str) -> None:
    """Raise ValueError, which shows nothing of it, for what is no network slot by its form.

    Of `proxy:${NAME}` nothing can be said before the variable is in its place.
    """
    kind, _, rest = text.partition(":")
    if text == "direct" or (kind == "proxy" and _WHOLLY_A_VARIABLE.fullmatch(rest)):
        return
    if kind == "tor":
        match = _TOR.fullmatch(text)
        if match is None or not 0 < int(match[1]) < 65536:
            raise ValueError("expected tor:HOST:CONTROL-PORT, such as tor:127.0.0.1:9051")
    elif kind == "proxy":
        _check_proxy(rest)
    else:
        near = get_close_matches(kind, ("direct", "proxy", "tor"), 1, 0.6) or (
            ["proxy"] if kind in _PROXY_SCHEMES else []
        )
        advice = f"did you mean {near[0]}{'' if near[0] == 'direct' else ':…'}? " if near else ""
        raise ValueError(f"a slot is direct, {_SLOTS} or tor:HOST:CONTROL-PORT; {advice}".rstrip("; "))


def check_slots_in_use(slots: tuple[str, ...], where: str) -> None:
    """Look at the slots as they are with the environment's variables in them.

    Raises ConfigurationError, which names a variable but never its value.
    """
    for number, text in enumerate(slots, 1):
        if not text.startswith("proxy:"):
            continue
        try:
            _check_proxy(with_environment(text.removeprefix("proxy:"), where), in_use=True)
        except ValueError as fault:
            raise ConfigurationError(f"{where}: number {number}: {fault}") from None


def _check_proxy(address: str, *, in_use: bool = False) -> None:
    """Raise ValueError when the address is none of a proxy; its port may be a variable unless `in_use`."""
    scheme, separator, rest = address.partition("://")
    if not address:
        raise ValueError(f"proxy: has no address; expected {_SLOTS}")
    if not separator:
        raise ValueError(f"the proxy's address has no http:// or socks5:// before it; expected {_SLOTS}")
    if scheme.lower() not in _PROXY_SCHEMES:
        near = get_close_matches(scheme.lower(), _PROXY_SCHEMES, 1, 0.5)
        advice = f"; did you mean {near[0]}://?" if near else ""
        raise ValueError(f"a proxy is reached by {', '.join(_PROXY_SCHEMES)}, not by {scheme[:12]!r}{advice}")
    if any(char.isspace() for char in address):
        raise ValueError("the proxy's address has a blank in it")
    if not in_use and "${" in rest:
        return
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"the proxy's port is no number from 1 to 65535; expected {_SLOTS}") from None
    if not host or port == 0:
        raise ValueError(f"the proxy's address names no {'port' if host else 'host'}; expected {_SLOTS}")


def check_page(template: str) -> None:
    """Raise ValueError for a pattern of pages that names a field there is none of, or is no web address."""
    for braces in _BRACES.findall(template):
        if _PAGE_FIELD.fullmatch(braces):
            continue
        named = re.match(r"\w+", braces[1:])
        near = get_close_matches(named[0], PAGE_FIELDS, 1, 0.5) if named else []
        if named and named[0] in PAGE_FIELDS:
            advice = f"expected {{{named[0]}}}, or {{{named[0]}:03}} with noughts before it"
        elif near:
            advice = f"did you mean {{{near[0]}}}?"
        else:
            advice = f"known: {', '.join(f'{{{field}}}' for field in PAGE_FIELDS)}"
        raise ValueError(f"{braces} stands for nothing; {advice}")
    if not template.lower().startswith((*_WEB, "{link}")):
        raise ValueError("a page's address starts with https:// or {link}")


def check_web_address(text: str) -> None:
    """Raise ValueError for what is no web address."""
    if not text.lower().startswith(_WEB):
        raise ValueError("a page's address starts with https://")


def resolve_source(source: str, base: Path) -> str:
    """A URL as it is; a path or glob made absolute, starting from `base`."""
    if _SCHEME.match(source):
        return source
    path = Path(source).expanduser()
    joined = path if path.is_absolute() else base / path
    return str(joined.absolute().resolve() if not any(c in source for c in "*?[") else _tidy(joined))


def addresses_in_use(kind: str, given: Iterable[str], base: Path, where: str) -> Iterator[str]:
    """The addresses of a kind of source as they are to be used: with the environment's variables, paths from
    `base` on.

    Raises ConfigurationError, which begins with `where`, for those that cannot be: it shows them as they were
    given, without any variable's value.
    """
    for text in given:
        address = text if kind == "files" else with_environment(text, f"{where}: {kind}")
        if not address.strip():
            raise ConfigurationError(
                f"{where}: {kind}: {text!r} is empty; give an address, or leave out the key"
            )
        if kind in _PARSERS:
            try:
                _PARSERS[kind](address, text)
            except ConfigurationError as fault:
                raise ConfigurationError(f"{where}: {fault}") from None
            yield address
            continue
        if kind == "urls" and (why := _fault_of_urls(address, text, base)):
            raise ConfigurationError(f"{where}: urls: {text[:200]!r} {why}")
        yield resolve_source(address, base)


def _fault_of_urls(address: str, shown: str, base: Path) -> str | None:
    if _SCHEME.match(address):
        is_web = address.lower().startswith(_WEB)
        return None if is_web else "is no web address; expected https://…, or the path of a list of addresses"
    place = Path(resolve_source(address, base))
    if place.is_dir():
        return "is a folder; expected a web address (https://…), or the path of a list of them, one a line"
    if place.exists():
        return None
    if _HOST_AND_PATH.fullmatch(address) and not _LIST.search(address):
        return f"has no https:// before it and is no file that is there; did you mean 'https://{shown}'?"
    # A list that is not there for now is no slip: the show is not read, and no other is stopped.
    return None


def _tidy(path: Path) -> Path:
    """An absolute path without `..`, its glob characters left alone."""
    parts: list[str] = []
    for part in path.absolute().parts:
        if part == ".." and len(parts) > 1:
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)


_PARSERS: Mapping[str, Callable[[str, str], object]] = {
    "youtube": youtube_address.parse_address,
    "archive": archive_address.parse_address,
}
