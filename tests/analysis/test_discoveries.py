"""Messages are the same from columns and from packets."""

from __future__ import annotations

from pathlib import Path

import pytest

from dissect.analysis.analysis import Link, Place, place_of
from dissect.analysis.dhcp_messages import by_octets, by_tree
from dissect.analysis.discoveries import DHCPV6, KINDS, discoveries, in_columns
from dissect.analysis.heard import BODIES, OPTIONS, ordinary
from dissect.analysis.inside import ICMPV6, Ends, Inside, Reader, messages, values
from dissect.api import open_capture
from dissect.columns import scan
from dissect.columns.seen import Seen
from dissect.engine.packet import Packet
from tests.analysis.lab import LAB


class Columns:
    """A consumer of a scan: of sure rows the messages, and which rows are sure."""

    def __init__(self):
        self.found, self.sure, self.met = [], set(), set()

    def update(self, chunk):
        seen = Seen(chunk, ~chunk.unsure)
        self.sure |= set(chunk.number[seen.rows].tolist())
        found = discoveries(seen, 0, (*KINDS, DHCPV6))
        self.found += [(plain(one), one.node.line) for one in found]
        self.met |= set(chunk.number[in_columns(seen)].tolist())

    def merge(self, other):
        raise AssertionError


def plain(one):
    return one.place, one.name, one.octets, one.ip, one.mac


@pytest.mark.parametrize(
    "path",
    [
        LAB / "slaac.pcapng", LAB / "groups.pcapng", LAB / "overlays.pcapng",
        LAB / "tunnels.pcapng", LAB / "dhcpv6_servers.pcapng", LAB / "dhcpv6_relays.pcapng",
        LAB.parent / "icmpv6_nd.pcapng", LAB.parent / "vlan.pcapng",
        LAB.parent / "link_types.pcapng",
    ],
    ids=lambda path: Path(path).stem,
)  # fmt: skip
def test_columns_and_packets_give_the_same_messages(path):
    with open_capture(str(path), reassemble=False) as capture:
        columns = Columns()
        scan(capture, Columns, into=columns)
    theirs = []
    with open_capture(str(path), reassemble=False) as capture:
        for packet in capture:
            if packet.number in columns.sure:
                names = (ICMPV6, DHCPV6) if packet.number in columns.met else (ICMPV6,)
                found = messages(packet, place_of(packet, 0), names)
                theirs += [
                    (plain(it), it.node.line)
                    for it in found
                    if it.name == DHCPV6 or it.kind in KINDS
                ]
    assert sorted(columns.found) == sorted(theirs)


def message(octets):
    ends = Ends(bytes(16), bytes(16), 255)
    return Inside(ICMPV6, octets, ends, b"", Place(1, 0, Link()), lambda: octets)


def test_a_meaning_is_worked_out_once_for_the_same_octets():
    read = []
    reader = Reader(lambda node: read.append(node) or len(read))
    found = [reader(message(b"\x87\0" + rest)) for rest in (b"aabc", b"bbbc", b"aabd")]
    assert found == [1, 1, 2]  # a checksum makes no difference


def test_long_messages_are_not_remembered():
    reader = Reader(lambda node: object())
    long = message(bytes(3000))
    assert reader(long) is not reader(long)


@pytest.mark.parametrize("name", ["icmpv6_nd", "lab/slaac"])
def test_ordinary_messages_are_read_as_the_tree_reads_them(name):
    """Whole ones, and cut off at each octet."""
    fields = [*OPTIONS.values(), *(it for _, names in BODIES.values() for it in names.values())]
    seen = 0
    with open_capture(str(LAB.parent / f"{name}.pcapng")) as capture:
        packets = [(one.data, one.link_type, one.original) for one in capture]
    for data, link_type, original in packets:
        for size in (len(data), *range(54, len(data))):
            packet = Packet(data[:size], link_type, original=original)
            for message in messages(packet, Place(1, 0, Link()), (ICMPV6,)):
                told = ordinary(message.octets) if message.octets else None
                if told is not None and message.kind in KINDS:
                    theirs = values(message.node)
                    assert told == {field: theirs[field] for field in fields if field in theirs}
                    seen += 1
    assert seen


@pytest.mark.parametrize("name", ["dhcpv6_servers", "dhcpv6_reconfigure"])
def test_ordinary_dhcpv6_messages_are_read_as_the_tree_reads_them(name):
    """Whole ones, and cut off at each octet."""
    seen = 0
    with open_capture(str(LAB / f"{name}.pcapng")) as capture:
        packets = [(one.data, one.link_type, one.original) for one in capture]
    for data, link_type, original in packets:
        whole = Packet(data, link_type, original=original)
        starts = [one.offset for one in whole.layers if one.name == DHCPV6]
        for size in (len(data), *range(*starts, len(data))) if len(starts) == 1 else ():
            packet = Packet(data[:size], link_type, original=original)
            for message in messages(packet, Place(1, 0, Link()), (DHCPV6,)):
                told = by_octets(message.octets)
                if told is not None:
                    assert told == by_tree(message.node)
                    seen += 1
    assert seen
