"""A terminal for tests: commands run in a real pseudo-terminal, and what is to be read in it at the end."""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_PIECE = re.compile(r"\x1b\[(\d*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)")


@dataclass(frozen=True)
class Session:
    """What a command wrote to its terminal, and how it ended."""

    written: str
    status: int
    columns: int

    @property
    def screen(self) -> list[str]:
        """The lines as a person sees them, those that have scrolled away too."""
        return read_screen(self.written, self.columns)


def read_screen(written: str, columns: int) -> list[str]:
    """The lines that stand in a terminal after `written`: cursor up and erase are obeyed."""
    rows: list[str] = [""]
    row = column = 0
    for match in _PIECE.finditer(written):
        count, command, control, text = match.groups()
        if control == "\r":
            column = 0
        elif control == "\n":
            row += 1
            rows.extend([""] * (row + 1 - len(rows)))
        elif command == "A":
            row = max(0, row - int(count or 1))
        elif command in ("K", "J"):
            rows[row] = rows[row][:column]
            if command == "J":
                del rows[row + 1 :]
        for letter in text or "":
            if column == columns:
                row, column = row + 1, 0
                rows.extend([""] * (row + 1 - len(rows)))
            line = rows[row].ljust(column)
            rows[row] = line[:column] + letter + line[column + 1 :]
            column += 1
    return [line.rstrip() for line in rows]


def run_in_terminal(
    command: Sequence[str],
    *,
    columns: int = 80,
    lines: int = 24,
    variables: Mapping[str, str],
    until: Callable[[str], bool] | None = None,
    send: bytes = b"\x03",
    timeout: float = 120.0,
) -> Session:
    """Run the command in a terminal of that size; `send` is typed once what was written is `until`."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe(command[0], list(command), {**variables, "TERM": "xterm-256color"})
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    written = b""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:  # Linux says so when the last writer has gone
            break
        if not data:
            break
        written += data
        if until is not None and until(written.decode(errors="replace")):
            until = None
            os.write(terminal, send)
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return Session(written.decode(errors="replace"), os.waitstatus_to_exitcode(status), columns)
