"""Addresses as a person configures them: variables in them, and what of them may be set down."""

import os
import re
from hashlib import blake2b
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from episcribe.library.errors import ConfigurationError

TOKEN = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9_\-~=]{20,}|[0-9a-fA-F]{16,}")
"""What looks like a secret or an id, and not like a word."""

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_SECRET_NAME = re.compile(
    r"token|key(?!word)|auth(?!or(?!i))|secret|passw|signature|session|credential|jwt|hash|e-?mail"
    r"|^(?:pass|pw|pwd|sig|sid|uid|user|username|login|code|member|t|k|s)$",
    re.IGNORECASE,
)
_NAMES_OF_IDS = re.compile(r"(?:^|[_-])(?:id|list|v|guid)$", re.IGNORECASE)
_USER = re.compile(r"^([^/?#]*//)[^/?#]*@")
_LEFT_OUT = "…"


def with_environment(text: str, where: str) -> str:
    """`text` with environment variables in place of `${NAME}`, so that no secret need stand in a file.

    Within an address the value is quoted, as it may stand for a user, a password or a part of the query.
    Raises ConfigurationError, which begins with `where`, when there is no such variable.
    """

    def value(variable: re.Match[str]) -> str:
        found = os.environ.get(variable[1])
        if found is None:
            raise ConfigurationError(f"{where}: there is no environment variable {variable[1]}")
        return quote(found, safe="") if "://" in text[: variable.start()] else found

    return _VARIABLE.sub(value, text)


def public_address(address: str) -> str:
    """A web address without user and password, and with an ellipsis for each value of its query that is
    called or looks like a secret. Anything else as it is.
    """
    if "://" not in address:
        return address
    address = _USER.sub(r"\1", address)
    try:
        parts = urlsplit(address)
    except ValueError:
        return address.partition("?")[0]
    query = re.sub(r"[^&;]+", lambda pair: _public_pair(pair[0]), parts.query)
    return address if query == parts.query else urlunsplit(parts._replace(query=query))


def address_digest(address: str) -> str | None:
    """What tells the address from others that are the same in public; None where nothing in it is secret."""
    if public_address(address) == address:
        return None
    return blake2b(address.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _public_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    is_secret = _SECRET_NAME.search(unquote(name)) or (
        not _NAMES_OF_IDS.search(name) and TOKEN.fullmatch(value or name)
    )
    if not is_secret:
        return pair
    return f"{name}={_LEFT_OUT}" if equals else (_LEFT_OUT if TOKEN.fullmatch(name) else pair)
