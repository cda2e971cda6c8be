"""The laboratory of one recording: hosts joined by links and switches, dumpcap, and the truth.

Everything is in network namespaces made for it, which no packet leaves, and is gone when it is
closed.  Needs root.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from laboratory.host import Host
from laboratory.process import Failed, Process

LONGEST = 90
"""Seconds that one recording may take."""


class Lab:
    """Use as a context manager.

    hosts   by name
    truth   what was configured, for the tests: written beside the recording
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.path = folder / f"{name}.pcapng"
        self.hosts: dict[str, Host] = {}
        self.truth: dict[str, Any] = {}
        self._work = Path(tempfile.mkdtemp(prefix=f"lab-{name}-"))
        self._work.chmod(0o777)
        self._prefix = f"six{os.getpid()}"
        self._last_mac = random.randrange(256)  # no test shall know them
        self._capture: Process | None = None
        self._switch: Host | None = None

    def __enter__(self) -> Self:
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(LONGEST)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.alarm(0)
        if self._capture is not None:
            self._capture.end(signal=signal.SIGINT)
        for host in reversed(self.hosts.values()):
            host.close()
        if error is None:
            shutil.rmtree(self._work)
        else:
            print(f"{self.name}: what the programs said is in {self._work}")

    # --- the network ---------------------------------------------------------------------------

    def host(self, name: str) -> Host:
        """A new host."""
        host = Host(name, f"{self._prefix}-{name}", self._work / name)
        self.hosts[name] = host
        return host

    def link(
        self, one: Host, interface: str, other: Host, its_interface: str, *, offload: bool = False
    ) -> None:
        """A cable between two hosts; both ends are still down.

        Unless ``offload``, the kernel does the interfaces' work: checksums and sizes are true.
        """
        peer = ("peer", "name", its_interface, "address", self._mac(), "netns", other.namespace)
        one.ip("link", "add", interface, "address", self._mac(), "type", "veth", *peer)
        if not offload:
            one.true_sums(interface)
            other.true_sums(its_interface)

    def _mac(self) -> str:
        """A new MAC address of those for documentation (RFC 7042, section 2.1.2)."""
        self._last_mac = (self._last_mac + 1) % 256
        return f"00:00:5e:00:53:{self._last_mac:02x}"

    def switch(self, name: str) -> str:
        """A link that several hosts can be plugged into; hands its name back, for recording."""
        switch = self._switch
        if switch is None:
            switch = self._switch = self.host("switch")
        switch.ip("link", "add", name, "type", "bridge", "mcast_snooping", "0")
        switch.kernel(**{f"ipv6__conf__{name}__disable_ipv6": 1})
        switch.up(name)
        return name

    def plug(self, host: Host, interface: str, switch: str, *, up: bool = True) -> None:
        """Join a host to a switch; ``up`` False: its interface stays down for now."""
        assert self._switch is not None, "make the switch first"
        port = f"{host.name}-{interface}"
        self.link(host, interface, self._switch, port)
        self._switch.ip("link", "set", port, "master", switch)
        self._switch.kernel(**{f"ipv6__conf__{port}__disable_ipv6": 1})
        self._switch.up(port)
        if up:
            host.up(interface)

    @property
    def wires(self) -> Host:
        """The host that the switches are in: what is recorded there is everybody's traffic."""
        assert self._switch is not None, "there is no switch"
        return self._switch

    # --- the recording -------------------------------------------------------------------------

    def record(self, host: Host, *interfaces: str, only: str = "", packets: int = 0) -> None:
        """Begin to record what passes these interfaces.

        ``only`` is a capture filter, ``packets`` how many are enough (see ``wait``).
        """
        where = [word for interface in interfaces for word in ("-i", interface)]
        filters = ["-f", only] if only else []
        filters += ["-c", str(packets)] if packets else []
        self._begin = time.monotonic()
        partial = self._work / "recording.pcapng"
        self._capture = host.start(
            "dumpcap", "-q", "-B", "16", *filters, *where, "-w", str(partial)
        )
        host.until(lambda: partial.exists() and partial.stat().st_size > 0, 5, "dumpcap's file")
        time.sleep(0.3)  # the file is there a little before the sockets are

    def wait(self, seconds: float) -> None:
        """Wait until there are enough packets."""
        assert self._capture is not None, "nothing is being recorded"
        self._capture.wait(seconds)

    def stop(self, *, after: float = 0.5) -> None:
        """End the recording, and keep it with the truth beside it."""
        assert self._capture is not None, "nothing is being recorded"
        time.sleep(after)
        self._capture.end(signal=signal.SIGINT)
        self._capture = None
        self.truth["seconds"] = round(time.monotonic() - self._begin, 1)
        shutil.move(self._work / "recording.pcapng", self.path)
        self.path.chmod(0o644)
        text = json.dumps(self.truth, indent=2, ensure_ascii=False) + "\n"
        self.path.with_suffix(".truth.json").write_text(text, encoding="utf-8")


def _too_long(number: int, frame: object) -> None:
    raise Failed(f"not done after {LONGEST} s")
