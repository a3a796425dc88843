"""A Tor network of its own on 127.0.0.1: three authorities, two relays, two exits and a client.

Every process carries TestingTorNetwork 1 and knows no directory authority but those of this network, so that
nothing leaves the machine. No other configuration of Tor is ever started: system-wide files are not read.
"""

import re
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

# 127.0.0.1 is a private address, which Tor's defaults keep away from at each of these places.
_COMMON = """\
TestingTorNetwork 1
AssumeReachable 1
ShutdownWaitLength 0
PathsNeededToBuildCircuits 0.67
TestingDirAuthVoteExit *
TestingDirAuthVoteGuard *
TestingDirAuthVoteHSDir *
TestingMinExitFlagThreshold 0
TestingV3AuthInitialVotingInterval 5
TestingV3AuthInitialVoteDelay 2
TestingV3AuthInitialDistDelay 2
V3AuthVotingInterval 20
V3AuthVoteDelay 3
V3AuthDistDelay 3
V3AuthNIntervalsValid 2
EnforceDistinctSubnets 0
DirAllowPrivateAddresses 1
ClientRejectInternalAddresses 0
ExitPolicyRejectPrivate 0
AddressDisableIPv6 1
CookieAuthentication 1
"""
_KINDS = {
    "authority": "AuthoritativeDirectory 1\nV3AuthoritativeDirectory 1\nExitPolicy reject *:*\n",
    "relay": "ExitRelay 0\nExitPolicy reject *:*\n",
    "exit": "ExitRelay 1\nExitPolicy accept 127.0.0.0/8:*\nExitPolicy accept *:*\n",
    "client": "",
}
_PLAN = ("authority",) * 3 + ("relay",) * 2 + ("exit",) * 2 + ("client",)


class _Node(NamedTuple):
    name: str
    kind: str
    folder: Path
    onion: int
    directory: int
    control: int
    socks: int


class PrivateTorNetwork:
    """The network in `folder`; a context manager that is ready when circuits can be built."""

    def __init__(self, folder: Path) -> None:
        self._empty = folder / "empty"
        self._empty.touch()
        ports = _free_ports(4 * len(_PLAN))
        self._nodes = [
            _Node(f"{kind}{number}", kind, folder / f"{kind}{number}", *ports[4 * number : 4 * number + 4])
            for number, kind in enumerate(_PLAN)
        ]
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.control_port = self._nodes[-1].control
        self.seconds = 0.0

    def __enter__(self) -> Self:
        began = time.monotonic()
        for node in self._nodes:
            (node.folder / "keys").mkdir(parents=True, mode=0o700)
            node.folder.chmod(0o700)
        authorities = "".join(self._authority(node) for node in self._nodes if node.kind == "authority")
        assert authorities.count("DirAuthority ") == 3
        try:
            for node in self._nodes:
                self._start(node, authorities)
            self._wait_until_ready(120.0)
        except BaseException:
            self._stop()
            raise
        self.seconds = time.monotonic() - began
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def kill_client(self) -> None:
        """End the client at once, as a crash would."""
        process = self._processes["client7"]
        process.kill()
        process.wait()

    def memory(self) -> int:
        """Bytes of memory that all processes of the network have."""
        found = [
            re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
            for process in self._processes.values()
        ]
        return sum(int(match[1]) * 1024 for match in found if match)

    def _authority(self, node: _Node) -> str:
        """Make the keys of an authority; returns the line by which the others know it."""
        keys = node.folder / "keys"
        arguments = f"--create-identity-key -m 12 -a 127.0.0.1:{node.directory} --passphrase-fd 0".split()
        files = {"-i": "authority_identity_key", "-s": "authority_signing_key", "-c": "authority_certificate"}
        for option, name in files.items():
            arguments += [option, str(keys / name)]
        subprocess.run(["tor-gencert", *arguments], input=b"private\n", capture_output=True, check=True)
        certificate = (keys / "authority_certificate").read_text()
        v3 = re.search(r"fingerprint (\w{40})", certificate)
        assert v3 is not None
        self._run(node, "--list-fingerprint", "--hush", "--DirAuthority", f"x 127.0.0.1:1 {'f' * 40}")
        fingerprint = (node.folder / "fingerprint").read_text().split()[1]
        return (
            f"DirAuthority {node.name} orport={node.onion} no-v2 v3ident={v3[1]} "
            f"127.0.0.1:{node.directory} {fingerprint}\n"
        )

    def _run(self, node: _Node, *arguments: str) -> None:
        """Let Tor work out something about a node, without any network."""
        subprocess.run(
            [
                *("tor", "-f", self._empty, "--defaults-torrc", self._empty, "--TestingTorNetwork", "1"),
                *("--DataDirectory", node.folder, "--Nickname", node.name, "--ORPort", str(node.onion)),
                *arguments,
            ],
            capture_output=True,
            check=True,
        )

    def _start(self, node: _Node, authorities: str) -> None:
        lines = [
            f"DataDirectory {node.folder}\nNickname {node.name}\nLog notice file {node.folder}/log\n",
            f"ControlPort 127.0.0.1:{node.control}\n",
        ]
        if node.kind == "client":
            lines.append(f"SocksPort 127.0.0.1:{node.socks} IsolateSOCKSAuth\n")
        else:
            lines.append(f"Address 127.0.0.1\nORPort 127.0.0.1:{node.onion} IPv4Only\nSocksPort 0\n")
            lines.append("ContactInfo nobody@example.org\n")
        if node.kind == "authority":
            lines.append(f"DirPort 127.0.0.1:{node.directory}\n")
        configuration = "".join((_COMMON, _KINDS[node.kind], *lines, authorities))
        assert "TestingTorNetwork 1" in configuration
        torrc = node.folder / "torrc"
        torrc.write_text(configuration)
        self._processes[node.name] = subprocess.Popen(
            ["tor", "-f", torrc, "--defaults-torrc", self._empty],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _wait_until_ready(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        log = self._nodes[-1].folder / "log"
        while not log.exists() or "Bootstrapped 100%" not in log.read_text():
            ended = [name for name, process in self._processes.items() if process.poll() is not None]
            if ended or time.monotonic() > end:
                raise RuntimeError(f"the Tor network did not come up in {seconds:.0f} s ({ended} ended)")
            time.sleep(0.1)

    def _stop(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
