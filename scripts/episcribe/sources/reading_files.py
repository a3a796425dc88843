"""Reading what a source has on this disk."""

from episcribe.library.errors import EpiscribeError


def read_at_most(path: str, limit: int, expected: str) -> bytes:
    """The bytes of the file at `path`; `expected` says what it should have been, for the message.

    Raises EpiscribeError when it cannot be read or is larger than `limit` bytes.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read(limit + 1)
    except OSError as error:
        raise EpiscribeError(f"{path} cannot be read: {error.strerror}; expected {expected}") from error
    if len(data) > limit:
        raise EpiscribeError(f"{path} is larger than {limit} bytes, the limit; expected {expected}")
    return data
