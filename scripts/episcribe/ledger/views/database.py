"""Opening, locking and replacing `state.db`."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from episcribe.ledger.views.schema import TABLES, VERSION
from episcribe.library.errors import EpiscribeError, FailureKind
from episcribe.library.locking import hold, hold_now

DATABASE = "state.db"
LOCK = "log/state.db.lock"
_PATIENCE = 30.0
_TRIES = 40
_LARGEST_JOURNAL = 16_000_000
_BESIDE = ("-wal", "-shm", "-journal")
_MOUNTS = Path("/proc/mounts")
# File systems that several machines can have mounted, on which the shared memory of a WAL is not shared.
_NETWORK = frozenset(
    (
        "nfs nfs4 cifs smb smb2 smb3 smbfs ncpfs afs coda 9p virtiofs vboxsf prl_fs drvfs davfs ceph lustre "
        "gpfs beegfs glusterfs ocfs2 gfs2 orangefs pvfs2 moosefs panfs sshfs"
    ).split()
)
_NO_DATABASE = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR))

Say = Callable[[str], None]


@contextmanager
def only_writer(library: Path, say: Say, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of those who write the views, and wait for it, saying so; it dies with the process.

    Without `wait` False comes out where another process holds it.
    """
    path = library / LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            hold_now(file)
        except BlockingIOError:
            if not wait:
                yield False
                return
            say(f"{library / DATABASE}: another process brings it up to date; waiting for it")
            hold(file)
        except OSError:
            # A file system without locks; the data base has its own.
            pass
        yield True


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing. Raises sqlite3.Error when there is no data base."""
    if not path.exists():
        raise sqlite3.OperationalError(f"{path}: no such file")
    # One that may write takes its WAL away when it is the last to go. Where the folder cannot be written to,
    # the memory that a WAL needs cannot be made, and nobody changes the file.
    for way in ("rw", "ro", "ro&immutable=1"):
        connection = sqlite3.connect(_uri(path, way), uri=True, timeout=_PATIENCE)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master")
            connection.execute("PRAGMA query_only=ON")
        except sqlite3.OperationalError:
            connection.close()
            if way == "ro&immutable=1" or os.access(path.parent, os.W_OK):
                raise
        except sqlite3.DatabaseError:
            connection.close()
            raise
        else:
            return connection
    raise AssertionError("the last way returns or raises")


def is_current(connection: sqlite3.Connection) -> bool:
    """True for a data base of the version that this program makes."""
    return bool(connection.execute("PRAGMA user_version").fetchone()[0] == VERSION)


def open_existing(path: Path, say: Say) -> sqlite3.Connection | None:
    """The data base to be written to; None, and a line that says why, when it has to be built anew."""
    if not path.exists():
        return None
    try:
        connection = sqlite3.connect(_uri(path, "rw"), uri=True, timeout=_PATIENCE)
        try:
            if not is_current(connection):
                say(f"{path}: made by another version; it is built anew")
                connection.close()
                return None
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        say(f"{path}: cannot be read ({error}); it is built anew")
        return None
    return connection


def is_damage(error: sqlite3.Error) -> bool:
    """True when the data base itself is at fault, not the disk, a lock, or a permission."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _NO_DATABASE


def failure(path: Path, error: sqlite3.Error) -> EpiscribeError:
    """The error as a person is told of it."""
    return EpiscribeError(f"{path}: {error}; the library's files are untouched", FailureKind.TRANSIENT)


@contextmanager
def built_beside(path: Path) -> Iterator[sqlite3.Connection]:
    """An empty data base beside `path`, which takes its place when the block ends well."""
    for left in path.parent.glob(f".{path.name}.*.part*"):
        left.unlink(missing_ok=True)
    part = path.with_name(f".{path.name}.{os.urandom(6).hex()}.part")
    try:
        with closing(sqlite3.connect(part)) as connection:
            # Nobody else knows of it, and what a crash leaves of it is thrown away.
            for pragma in (
                "journal_mode=OFF",
                "synchronous=OFF",
                "locking_mode=EXCLUSIVE",
                "cache_size=-65536",
            ):
                connection.execute(f"PRAGMA {pragma}")
            connection.executescript(TABLES)
            connection.execute(f"PRAGMA user_version={VERSION}")
            yield connection
            connection.commit()
        _install(part, path)
    finally:
        part.unlink(missing_ok=True)


def _install(part: Path, path: Path) -> None:
    """Put `part` in the place of `path`, under the eyes of those who read there."""
    mode = "DELETE" if on_network(path) else "WAL"
    with closing(sqlite3.connect(part)) as connection:
        connection.execute(f"PRAGMA journal_mode={mode}")
    with part.open("rb") as file:
        os.fsync(file.fileno())
    if path.exists() and mode == "WAL":
        try:
            if not _is_let_go(path):
                _copy(part, path)
                return
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
    for name in _BESIDE:
        Path(f"{path}{name}").unlink(missing_ok=True)
    part.replace(path)


def _is_let_go(path: Path) -> bool:
    """True once no process has the data base open; it then has no WAL any more, which could be taken for that
    of a file that is renamed to its name. False when one keeps it open for a second.
    """
    for _ in range(_TRIES):
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            try:
                if connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0] == "delete":
                    return True
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise
        time.sleep(1 / _TRIES)
    return False


def _copy(part: Path, path: Path) -> None:
    """Copy page by page in one transaction: who reads meanwhile sees all of the old or all of the new."""
    with (
        closing(sqlite3.connect(path, timeout=_PATIENCE)) as target,
        closing(sqlite3.connect(part)) as source,
    ):
        _prepare(target, path)
        source.backup(target)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    mode = "DELETE" if on_network(path) else "WAL"
    if connection.execute("PRAGMA journal_mode").fetchone()[0].upper() != mode:
        connection.execute(f"PRAGMA journal_mode={mode}")
    connection.execute("PRAGMA synchronous=NORMAL")
    # What does not fit would be written early, and lock out those who read without a WAL.
    connection.execute("PRAGMA cache_size=-65536")
    connection.execute(f"PRAGMA journal_size_limit={_LARGEST_JOURNAL}")


def on_network(path: Path, mounts: str | None = None) -> bool:
    """True when `path` is on a file system of the network, as /proc/mounts has it; False where it has not."""
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return False
    place = os.path.realpath(path)
    longest, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = _unescaped(fields[1]).rstrip("/")
        if (place == point or place.startswith(f"{point}/")) and len(point) >= longest:
            longest, kind = len(point), fields[2]
    return kind in _NETWORK or kind.startswith("fuse")


def _unescaped(point: str) -> str:
    for code, sign in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        point = point.replace(code, sign)
    return point


def _uri(path: Path, mode: str) -> str:
    return f"file:{quote(os.fsencode(path.absolute()))}?mode={mode}"
