"""What can go wrong between asking for an address and having its bytes."""

import time

from episcribe.library.errors import EpiscribeError, FailureKind


class FetchError(EpiscribeError):
    """An address could not be fetched.

    The message names the host and the cause, and holds no query, password or token. `status` is the HTTP
    status where there was one; `retry_after` is how many seconds the server asks to be left alone; `until`
    is the time (seconds since 1970) until which the host is left in peace because of this.
    """

    def __init__(
        self,
        message: str,
        kind: FailureKind = FailureKind.PERMANENT,
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, kind)
        self.status = status
        self.retry_after = retry_after
        self.until: float | None = None


class PrivateAddress(FetchError):  # noqa: N818 - these are named for what they are
    """The host is, or its name leads to, an address that is not of the public internet."""


class TooLarge(FetchError):  # noqa: N818
    """The answer is longer than the caller allows."""


class TooManyRedirects(FetchError):  # noqa: N818
    """The address leads to another and another, or in a circle."""


class OutOfTime(FetchError):  # noqa: N818
    """The answer did not come, or not to its end, in the time allowed."""


class Resting(FetchError):  # noqa: N818
    """The host is being left in peace until `until` (seconds since 1970), and nothing was sent to it."""

    def __init__(self, message: str, until: float) -> None:
        super().__init__(message, FailureKind.BLOCKED, retry_after=max(0.0, until - time.time()))
        self.until = until


class ProxyFailed(FetchError):  # noqa: N818
    """The proxy, and not the host behind it, cannot be used; nothing reached the host."""


class NotResolved(FetchError):  # noqa: N818
    """The host's name leads to no address at the moment; nothing was sent."""


class BotCheck(FetchError):  # noqa: N818
    """The host asks for a proof that a person is there."""
