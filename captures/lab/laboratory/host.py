"""A host: one network namespace, with its interfaces, addresses and programs."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from laboratory.process import Failed, Process, run

TENTATIVE_SECONDS = 6.0
BIND = 'for pair in $0; do mount --bind "${pair#*=}" "${pair%%=*}" || exit 99; done; exec "$@"'
"""A shell's words to put private files in place of the machine's, and become the program."""


class Host:
    """A network namespace; ``folder`` keeps its programs' files and what they print."""

    def __init__(self, name: str, namespace: str, folder: Path) -> None:
        self.name = name
        self.namespace = namespace
        self.folder = folder
        self.processes: list[Process] = []
        folder.mkdir(parents=True)
        folder.chmod(0o777)  # some daemons give up their rights before they write
        run(("ip", "netns", "add", namespace))
        self.ip("link", "set", "lo", "up")

    # --- interfaces ----------------------------------------------------------------------------

    def ip(self, *words: str) -> str:
        """``ip`` in this host."""
        return run(("ip", "-n", self.namespace, *words))

    def up(self, *interfaces: str) -> None:
        """Switch interfaces on."""
        for interface in interfaces:
            self.ip("link", "set", interface, "up")

    def mac(self, interface: str) -> str:
        """The MAC address of an interface."""
        known: str = json.loads(self.ip("-j", "link", "show", "dev", interface))[0]["address"]
        return known

    def address(self, interface: str, *addresses: str, dad: bool = False) -> None:
        """Give an interface addresses (with prefix length), by default without asking the link."""
        for address in addresses:
            words = ("addr", "add", address, "dev", interface)
            self.ip(*words, *(("nodad",) if ":" in address and not dad else ()))

    def addresses(self, interface: str) -> list[dict[str, Any]]:
        """What ``ip -j`` says of the IPv6 addresses of an interface."""
        said = json.loads(self.ip("-j", "-6", "addr", "show", "dev", interface))
        found: list[dict[str, Any]] = said[0].get("addr_info", []) if said else []
        return found

    def link_local(self, interface: str) -> str:
        """Its link-local address."""
        local: str = next(a["local"] for a in self.addresses(interface) if a["scope"] == "link")
        return local

    def settle(self, interface: str = "") -> None:
        """Wait until no address is tentative any more; daemons don't like those."""
        device = ("dev", interface) if interface else ()
        self.until(
            lambda: "inet6" not in self.ip("-6", "addr", "show", *device, "tentative"),
            TENTATIVE_SECONDS,
        )

    def route(self, destination: str, *words: str) -> None:
        """Add a route: ``route("default", "via", "2001:db8::1")``."""
        family = "-6" if any(":" in word for word in (destination, *words)) else "-4"
        self.ip(family, "route", "add", destination, *words)

    def kernel(self, **settings: int) -> None:
        """Kernel parameters below ``net``: ``kernel(ipv6__conf__all__forwarding=1)``."""
        for name, value in settings.items():
            self.run("sysctl", "-qw", f"net.{name.replace('__', '.')}={value}")

    def forward(self) -> None:
        """Be a router."""
        self.kernel(ipv6__conf__all__forwarding=1, ipv4__ip_forward=1)

    def true_sums(self, interface: str) -> None:
        """Let the kernel do an interface's work, so that checksums and sizes are true."""
        self.run(
            "ethtool", "-K", interface, *["tx", "off", "tso", "off", "gso", "off", "gro", "off"]
        )

    # --- programs ------------------------------------------------------------------------------

    def run(
        self, *command: str, seconds: float = 20, check: bool = True, text: str = "",
        private: Mapping[str, Path] | None = None,
    ) -> str:  # fmt: skip
        """Run a program here to its end; see ``process.run``."""
        return run(self._here(command, private), seconds=seconds, check=check, text=text)

    def start(
        self, *command: str, private: Mapping[str, Path] | None = None, log: str = ""
    ) -> Process:
        """Start a program here in the background.

        private  folders and files that it is to find at some paths instead of the machine's own
        """
        name = log or f"{len(self.processes):02}-{Path(command[0]).name}"
        process = Process(self._here(command, private), self.folder / f"{name}.log")
        self.processes.append(process)
        return process

    def _here(self, command: tuple[str, ...], private: Mapping[str, Path] | None) -> list[str]:
        entry = ["ip", "netns", "exec", self.namespace]
        if private:
            for place, source in private.items():
                target = Path(place)
                if source.is_dir():
                    target.mkdir(parents=True, exist_ok=True)
            pairs = " ".join(f"{place}={source}" for place, source in private.items())
            entry += ["bash", "-c", BIND, pairs]
        return [*entry, *command]

    def python(self, script: str, *arguments: str, seconds: float = 20) -> str:
        """Run one of the scripts of ``laboratory/scripts`` here to its end."""
        return self.run(*python_of(script), *arguments, seconds=seconds)

    def start_python(self, script: str, *arguments: str) -> Process:
        """Start one of the scripts of ``laboratory/scripts`` here in the background."""
        return self.start(*python_of(script), *arguments, log=f"{len(self.processes):02}-{script}")

    def ping(
        self, target: str, *, count: int = 2, interval: float = 0.2, size: int = 56,
        options: tuple[str, ...] = (),
    ) -> int:  # fmt: skip
        """Ping, waiting at most a second for each answer; hands back how many came."""
        words = ("-n", "-c", str(count), "-i", str(interval), "-W", "1", "-s", str(size))
        said = self.run("ping", *words, *options, target, check=False, seconds=10 + count)
        received = re.search(r"(\d+) received", said)
        return int(received[1]) if received else 0

    def file(self, name: str, text: str) -> Path:
        """Write a file for a program of this host."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def until(self, holds: Callable[[], bool], seconds: float, what: str = "") -> None:
        """Wait until something holds; raises Failed after so many seconds."""
        late = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > late:
                raise Failed(f"{self.name}: {what or 'what was waited for'}: not in {seconds} s")
            time.sleep(0.05)

    def close(self) -> None:
        """End the programs and remove the namespace; what it can't end is ended by its number."""
        for process in reversed(self.processes):
            process.end()
        for pid in run(("ip", "netns", "pids", self.namespace), check=False).split():
            run(("kill", "-9", pid), check=False)
        run(("ip", "netns", "del", self.namespace), check=False)


def python_of(script: str) -> tuple[str, ...]:
    """The command that runs a script of ``laboratory/scripts``."""
    return sys.executable, str(Path(__file__).parent / "scripts" / f"{script}.py")
