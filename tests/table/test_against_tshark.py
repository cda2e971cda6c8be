"""The table of packets beside ``tshark -T fields``, for every capture of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dissect.crosscheck.tshark import HEURISTICS, PREFERENCES, REASSEMBLING
from dissect.table import Build, Captures
from tests.captures_list import OURS, name, some

pytestmark = [
    pytest.mark.tshark,
    pytest.mark.skipif(
        shutil.which("tshark") is None and not os.environ.get("CI"), reason="no tshark"
    ),
]

WRONG = ("tshark_wrong", "geneve_broken", "lisp_broken", "gre_broken", "dccp_broken")
"""Captures for which ``dissect/crosscheck/known.py`` has tshark's mistakes."""

JUDGED = [path for path in OURS if not any(word in path.name for word in WRONG)]

HALF = ("sport", "dport")
OTHERWISE = {
    "fragments_ipv4": HALF, "fragments_ipv6": HALF, "ipv6_fragments": HALF,  # of half a header
    "ipv4_header": ("version",), "mpls": ("version",),  # shown where it isn't 4
    "ipv4_options": ("dst", "outer_dst"),  # the end of a source route
    "ipv6_transport": ("tcp_flags",), "l2tp_sessions": ("version",),  # of half a header too
    "llc": ("link_src", "link_dst"),  # of ISL
    "ppp": ("src", "dst", "outer_src", "outer_dst", "next", "hops", "version", "flow",
            "icmp_type", "icmp_code"),  # of packets that are quoted to reject them
    "vlan": ("vlan",), "overlays": ("vlan",),  # ieee8021ad.id is the outermost
}  # fmt: skip
"""Columns in which tshark's fields mean something else in some packets of a capture."""

KNOWN = ("dhcpv6_newer", "fragments_ipv6", "icmpv6_errors", "icmpv6_nd", "icmpv6_nd_options",
         "ipv6_transport", "l2tp_sessions", "llc", "nd_tools")  # fmt: skip
"""Captures with packets that the tree reader reads otherwise, as ``crosscheck`` knows."""

INNERMOST = {
    "src": ("ipv6.src", "ip.src"), "dst": ("ipv6.dst", "ip.dst"),
    "next": ("ipv6.nxt", "ip.proto"), "hops": ("ipv6.hlim", "ip.ttl"),
    "version": ("ip.version",), "flow": ("ipv6.flow",),
    "icmp_type": ("icmpv6.type", "icmp.type"), "icmp_code": ("icmpv6.code", "icmp.code"),
    "tcp_flags": ("tcp.flags",), "link_src": ("eth.src",), "link_dst": ("eth.dst",),
}  # fmt: skip
"""Columns, and tshark's fields, of which the last one counts where only one of them occurs."""

OUTERMOST = {
    "outer_src": ("ipv6.src", "ip.src"), "outer_dst": ("ipv6.dst", "ip.dst"),
    "vlan": ("vlan.id",), "ethertype": ("eth.type",),
}  # fmt: skip
PORTS = {
    end: tuple(f"{p}.{end[0]}{'rc' if end[0] == 's' else 'st'}port" for p in ("tcp", "udp", "sctp"))
    for end in ("sport", "dport")
}
FRAME = ("frame.number", "frame.time_epoch", "frame.len", "frame.cap_len", "frame.protocols",
         "_ws.malformed", "_ws.short")  # fmt: skip


def tshark(path: Path, fields: list[str], preferences: dict[str, str]) -> Iterator[dict[str, Any]]:
    """For each packet the occurrences of fields."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "aggregator=|"]
    for guess in HEURISTICS:
        command += ["--enable-heuristic", guess]
    for preference, value in preferences.items():
        command += ["-o", f"{preference}:{value}"]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"TZ": "UTC"})
    for line in done.stdout.split("\n")[:-1]:
        yield {
            field: text.split("|") if text else []
            for field, text in zip(fields, line.split("\t"), strict=True)
        }


def rows(path: Path, build: Build) -> list[dict[str, Any]]:
    captures = Captures([str(path)], build)
    found = captures.lazy().collect().to_dicts()
    assert captures.damage == []
    return found


def number(text: str) -> Any:
    """A number as it is, text too."""
    try:
        return int(text, 0)
    except ValueError:
        return text


@pytest.mark.parametrize("path", some(JUDGED, 6), ids=name)
def test_columns_have_tsharks_values(path):
    columns = INNERMOST | OUTERMOST | PORTS
    wanted = [pair for pair in columns.items() if pair[0] not in OTHERWISE.get(path.stem, ())]
    fields = sorted({field for _, names in wanted for field in names})
    theirs = tshark(path, [*FRAME, *fields], PREFERENCES)
    wrong = []
    for ours, packet in zip(rows(path, Build()), theirs, strict=True):
        assert ours["number"] == int(packet["frame.number"][0])
        assert ours["length"] == max(int(packet["frame.len"][0]), ours["captured"])
        assert ours["captured"] == int(packet["frame.cap_len"][0])
        chain = packet["frame.protocols"][0] if packet["frame.protocols"] else ""
        if ours["chain"] != chain or quotes(chain):
            continue  # read otherwise, of which ``crosscheck`` has to judge
        if packet["_ws.malformed"] or packet["_ws.short"]:
            continue  # of a header that isn't all there tshark shows the first fields
        for column, names in wanted:
            found = [packet[name] for name in names if packet[name]]
            if len(found) > 1:
                continue  # tshark doesn't say which stood behind which
            values = [number(text) for text in found[0]] if found else []
            value = None
            if values:
                value = values[0] if column in OUTERMOST else values[-1]
            if ours[column] != value:
                wrong.append((ours["number"], column, ours[column], value, chain))
    assert not wrong, wrong[:3]


def quotes(chain: str) -> bool:
    """Whether there may be an IP header behind one of ICMP: what is quoted is no column."""
    _, icmp, behind = chain.replace("icmpv6", "icmp").partition("icmp")
    return bool(icmp) and ":ip" in behind


USUAL = REASSEMBLING | {"tcp.analyze_sequence_numbers": "TRUE"}

FIELDS = [
    "ipv6.addr", "ipv6.hlim", "ipv6.nxt", "ip.ttl", "eth.src", "tcp.stream", "tcp.seq",
    "udp.stream", "tcp.srcport", "udp.dstport", "icmpv6.type", "icmpv6.opt.type",
    "icmpv6.opt.prefix", "icmpv6.checksum", "dns.qry.name", "dhcpv6.msgtype", "frame.len",
    "ipv6.fraghdr.ident", "tcp.flags.syn", "vlan.id",
]  # fmt: skip


@pytest.mark.parametrize("path", some([p for p in JUDGED if p.stem not in KNOWN], 6), ids=name)
def test_fields_have_tsharks_values_with_what_came_before(path):
    """Streams, relative sequence numbers and fragments put together among them."""
    ours = rows(path, Build(["number"], [*FIELDS, "frame.protocols"]))
    theirs = tshark(path, [*FIELDS, "frame.protocols"], USUAL)
    wrong = []
    for row, packet in zip(ours, theirs, strict=True):
        if row["frame.protocols"] != packet["frame.protocols"]:
            continue  # read otherwise, of which ``crosscheck`` has to judge
        for field in FIELDS:
            values = [None if value is None else plain(value) for value in row[field]]
            if values != [plain(number(text)) for text in packet[field]]:
                wrong.append((row["number"], field, values, packet[field]))
    assert not wrong, wrong[:3]


def plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else number(str(value))
