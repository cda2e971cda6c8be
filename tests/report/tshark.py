"""tshark's statistics of a capture, all from one run, as numbers."""

from __future__ import annotations

import ipaddress
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from dissect.crosscheck.tshark import HEURISTICS, PREFERENCES

KINDS = {"eth": "Ethernet", "ipv4": "IPv4", "ipv6": "IPv6", "tcp": "TCP", "udp": "UDP",
         "sctp": "SCTP"}  # fmt: skip
TAPS = {"ipv4": "ip"}
NO_PROTOCOLS = ("frame", "pkt_comment")
"""What tshark has in its hierarchy besides."""


class Counts(NamedTuple):
    frames: int
    octets: int


class Way(NamedTuple):
    """One direction of a conversation; octets are rounded as tshark writes them: 66 kB."""

    frames: int
    octets: str


class Statistics(NamedTuple):
    """What tshark counts.

    numbers        of the packets that pass the filter, of which all the rest is
    hierarchy      by path
    endpoints      by kind and end: (sent, received)
    conversations  by kind and (from, to): those that tshark tells apart
    lengths        by the first length of each class
    """

    numbers: list[int]
    hierarchy: dict[str, Counts]
    endpoints: dict[str, dict[str, tuple[Counts, Counts]]]
    conversations: dict[str, dict[tuple[str, str], list[Way]]]
    lengths: dict[str, int]


def statistics(path: Path, only: str) -> Statistics:
    """What tshark makes of the packets of a capture that pass a display filter."""
    command = ["tshark", "-n", "-r", str(path), "-Y", only, "-T", "fields", "-e", "frame.number",
               "-z", f"io,phs,{only}", "-z", f"plen,tree,{only}"]  # fmt: skip
    for kind in KINDS:
        tap = TAPS.get(kind, kind)
        command += ["-z", f"conv,{tap},{only}", "-z", f"endpoints,{tap},{only}"]
    for name, value in PREFERENCES.items():
        command += ["-o", f"{name}:{value}"]
    for name in HEURISTICS:
        command += ["--enable-heuristic", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return _parsed(done.stdout)


def _parsed(text: str) -> Statistics:
    found = Statistics([], {}, {kind: {} for kind in KINDS}, {kind: {} for kind in KINDS}, {})
    stack: list[str] = []
    section = kind = ""
    for line in text.splitlines():
        if not section and line.isdigit():
            found.numbers.append(int(line))
        elif title := re.match(r"(\w+) (Conversations|Endpoints)$", line):
            section = title[2]
            kind = next(name for name, words in KINDS.items() if words == title[1])
        elif line.startswith(("Protocol Hierarchy", "Packet Lengths:")):
            section = line
        elif section.startswith("Protocol") and (
            one := re.match(r"( *)(\S+) +frames:(\d+) bytes:(\d+)$", line)
        ):
            depth = len(one[1]) // 2
            stack[depth:] = [one[2]]
            path = ":".join(name for name in stack if name not in NO_PROTOCOLS)
            if one[2] not in NO_PROTOCOLS:
                before = found.hierarchy.get(path, Counts(0, 0))
                found.hierarchy[path] = Counts(before.frames + int(one[3]),
                                               before.octets + int(one[4]))  # fmt: skip
        elif section == "Packet Lengths:" and (
            one := re.match(r" (\d+)(?:-\d+| and greater) +(\d+) ", line)
        ):
            found.lengths[one[1]] = int(one[2])
        elif section == "Endpoints" and (one := re.match(r"(\S+)((?: +\d+)+) *$", line)):
            _add_endpoint(found.endpoints[kind], one[1], list(map(int, one[2].split())))
        elif section == "Conversations" and (
            one := re.match(
                r"(\S+) +<-> (\S+) +(\d+) (\d+ \w+) +(\d+) (\d+ \w+) +\d+ \d+ \w+ ", line
            )
        ):
            a, b = _end(one[1], kind), _end(one[2], kind)
            ways = found.conversations[kind]
            ways.setdefault((a, b), []).append(Way(int(one[5]), one[6]))
            ways.setdefault((b, a), []).append(Way(int(one[3]), one[4]))
    return found


def _add_endpoint(ends: dict[str, tuple[Counts, Counts]], address: str, numbers: list[int]) -> None:
    port = f":{numbers.pop(0)}" if len(numbers) == 7 else ""
    _, _, sent, sent_octets, got, got_octets = numbers
    ends[_address(address) + port] = Counts(sent, sent_octets), Counts(got, got_octets)


def _end(text: str, kind: str) -> str:
    """An end; ports stand behind it with a colon."""
    if kind in ("tcp", "udp", "sctp"):
        address, _, port = text.rpartition(":")
        return f"{_address(address)}:{port}"
    return _address(text)


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text


def rounded(octets: int) -> str:
    """As tshark writes a number of octets."""
    for power, unit in ((2, "MB"), (1, "kB")):
        if octets >= 10 * 1000**power:
            return f"{octets // 1000**power} {unit}"
    return f"{octets} bytes"
