"""What one process for each stage costs, against a warm worker that forks: a prototype, measured, not used.

`python -m benchmarks.warm [MINUTES] [TIMES]` from the root of the project builds an episode, then calls all
its stages again in both ways and compares what they took and what they wrote. The worker has imported what
they need. A small client hands it the arguments and its own standard streams, and ends as the stage ends.
"""

import os
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from benchmarks.common import ROOT, SNAKEMAKE, load, measure
from benchmarks.finished import configure
from benchmarks.served import Shape, served
from episcribe.library.layout import STAGES, STUDY_PRODUCTS

_MODULES = (
    *(f"episcribe.stages.{name}" for name in ("transcript", "notes", "assessment", "pdf", "state")),
    *("episcribe.text.segmentation", "episcribe.text.titles", "episcribe.text.language"),
    *("episcribe.stages.modules.links", "episcribe.transcripts.reading", "episcribe.net.client"),
    *("typst", "pypandoc"),
)
# `_socket` alone, because `socket` takes longer to import than the rest of the client runs.
_CLIENT = """
import array, os, sys, _socket
s = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM); s.connect(sys.argv[1])
told = "\\0".join([os.getcwd(), *sys.argv[2:]]).encode()
streams = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))]
s.sendmsg([len(told).to_bytes(4, "big")], streams); s.sendall(told)
os._exit(s.recv(1)[0])
"""


def _serve(address: str) -> None:
    """Fork a stage for every connection, until the standard input ends."""
    import importlib
    import selectors
    import socket

    for name in _MODULES:
        try:
            importlib.import_module(name)
        except ImportError:
            print(f"not there: {name}", file=sys.stderr)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(address)
    listener.listen(64)
    print("ready", flush=True)
    chooser = selectors.DefaultSelector()
    chooser.register(listener, selectors.EVENT_READ)
    chooser.register(sys.stdin, selectors.EVENT_READ)
    while True:
        for key, _ in chooser.select():
            if key.fileobj is sys.stdin:
                while _reap(0):
                    pass
                return
            _reap(os.WNOHANG)
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _answer(connection)
            connection.close()


def _reap(how: int) -> bool:
    """Take leave of a fork that ended, so that its time is counted; False when there is none."""
    try:
        return os.waitpid(-1, how)[0] > 0
    except ChildProcessError:
        return False


def _answer(connection: "object") -> None:
    """In the fork: wait for a fork of its own that is the stage, and hand on how it ended."""
    import socket

    assert isinstance(connection, socket.socket)
    length, streams, _, _ = socket.recv_fds(connection, 4, 3)
    told = b""
    while len(told) < int.from_bytes(length, "big"):
        told += connection.recv(65536)
    place, module, *arguments = told.decode().split("\0")
    if (stage := os.fork()) == 0:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.chdir(place)
        sys.argv = [module, *arguments]
        code = sys.modules[module].main()
        sys.stdout.flush()
        os._exit(code)
    _, status = os.waitpid(stage, 0)
    connection.sendall(bytes([os.waitstatus_to_exitcode(status) & 0xFF]))
    os._exit(0)


def _commands(folder: Path) -> list[list[str]]:
    """Module and arguments of each stage of the episode, as Snakemake calls them."""
    command = [*SNAKEMAKE, "--configfile", "config.yaml", "--cores", "2", "--dry-run", "--printshellcmds"]
    printed = measure([*command, "--forceall", "--config", "seal=false"], folder).output
    found: dict[str, list[str]] = {}
    for line in printed.splitlines():
        if " -m episcribe.stages." in line and ".discover" not in line:
            words = shlex.split(line.partition(" -m ")[2])
            stage = words[0].rpartition(".")[2]
            found[f"{Path(words[1]).stem}_pdf" if stage == "pdf" else stage] = words
    return [found[stage] for stage in STAGES]


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.glob("processed/*/*/*") if path.name in STUDY_PRODUCTS)
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}


def _spent(folder: Path, starts: Sequence[Sequence[str]], commands: Sequence[Sequence[str]]) -> None:
    for start, command in zip(starts, commands, strict=True):
        subprocess.run([*start, *command], cwd=folder, check=True)


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Both ways in turn, the best of each."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory(prefix="warm-") as name, served(Shape(1, minutes=minutes)) as port:
        folder = Path(name)
        configure(folder, Shape(1, minutes=minutes), port)
        for target in ("discover", "all"):
            measure([*SNAKEMAKE, "--configfile", "config.yaml", "--cores", "2", target], folder)
        commands = _commands(folder)
        cold = warm = (1e9, 1e9)
        for _ in range(times):
            cold = min(cold, _measure_cold(folder, commands))
            before = _digests(folder)
            warm = min(warm, _measure_warm(folder, commands, times))
            assert _digests(folder) == before
    print(f"one episode of {minutes:g} minutes, {len(commands)} stages, the best of {times}; {load()}")
    print(f"a process for each stage: {cold[0]:.3f} core-seconds, {cold[1]:.2f} s")
    print(f"a warm worker that forks: {warm[0]:.3f} core-seconds, {warm[1]:.2f} s; the same bytes")


def _measure_cold(folder: Path, commands: Sequence[Sequence[str]]) -> tuple[float, float]:
    before, begun = _cpu(), time.perf_counter()
    _spent(folder, [[sys.executable, "-P", "-m"]] * len(commands), commands)
    return _cpu() - before, time.perf_counter() - begun


def _measure_warm(folder: Path, commands: Sequence[Sequence[str]], times: int) -> tuple[float, float]:
    """The share of one round in a worker's life of so many; its own start is not in it."""
    address = f"{folder}/worker"
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.warm", "serve", address],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.readline()
    started = _of(process.pid)
    before, begun = _cpu(), time.perf_counter()
    client = [sys.executable, "-I", "-S", "-c", _CLIENT, address]
    for _ in range(times):
        _spent(folder, [client] * len(commands), commands)
    elapsed = (time.perf_counter() - begun) / times
    process.stdin.close()
    process.wait()
    Path(address).unlink()
    return (_cpu() - before - started) / times, elapsed


def _of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        _serve(sys.argv[2])
    else:
        main()
