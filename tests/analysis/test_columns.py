"""What analyses take out of columns is what they read in packets."""

from __future__ import annotations

import pytest

from dissect.analysis.analysis import Link, Place, place_of
from dissect.analysis.groups import Groups
from dissect.analysis.heard import Heard
from dissect.analysis.icmp import Echo
from dissect.analysis.neighbours import Neighbours
from dissect.analysis.of_link import Tick
from dissect.analysis.options import Options
from dissect.analysis.ping import Ping
from dissect.analysis.places import Several, in_turn, spread
from dissect.analysis.probes import replied
from dissect.analysis.routers import Routers
from dissect.analysis.traceroute import Traceroute
from dissect.api import open_capture
from dissect.columns import scan
from dissect.columns.seen import Seen
from tests.analysis.lab import LAB

CAPTURES = [
    *(LAB / f"{name}.pcapng" for name in ("slaac", "groups", "overlays", "tunnels")),
    *(LAB.parent / f"{name}.pcapng" for name in (
        "arp", "icmp", "icmpv6_errors", "icmpv6_messages", "icmpv6_mld", "icmpv6_nd",
        "icmpv6_nd_options", "igmp", "link_types", "vlan")),
]  # fmt: skip
NEIGHBOURS = Neighbours(Options())
ANALYSES = (
    NEIGHBOURS, Routers(Options()), Groups(Options(), NEIGHBOURS), Ping(Options()),
    Traceroute(Options()),
)  # fmt: skip


class Columns:
    """A consumer of a scan: what the analyses find in rows that the columns are sure of."""

    def __init__(self):
        self.found, self.sure = [[] for _ in ANALYSES], set()

    def update(self, chunk):
        seen = Seen(chunk, ~chunk.unsure)
        self.sure |= set(chunk.number[seen.rows].tolist())
        for one, found in zip(ANALYSES, self.found, strict=True):
            found += spread(one.scan(seen, 0))
            for row in one.rows(seen).tolist():
                packet = chunk.packet(row)
                found += one.read(packet, place_of(packet, 0))

    def merge(self, other):
        raise AssertionError


def told(one, events):
    """The events in one order; for paths echoes are what they may answer, or nothing."""
    found = [event for event in events if not isinstance(event, Tick)]
    if isinstance(one, Traceroute):
        found = [event for event in found if not isinstance(event, Echo) or event.is_reply]
        found = [replied(event) if isinstance(event, Echo) else event for event in found]
    return sorted(map(repr, found))


@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.stem)
def test_columns_and_packets_tell_the_same(path):
    with open_capture(str(path), reassemble=False) as capture:
        columns = Columns()
        scan(capture, Columns, into=columns)
    theirs = [[] for _ in ANALYSES]
    with open_capture(str(path), reassemble=False) as capture:
        for packet in capture:
            if packet.number in columns.sure:
                for one, found in zip(ANALYSES, theirs, strict=True):
                    found += one.read(packet, place_of(packet, 0))
    for one, mine, their in zip(ANALYSES, columns.found, theirs, strict=True):
        assert told(one, mine) == told(one, their)


def test_several_events_are_as_many_in_their_turn():
    link, mac = Link(0, 1, "eth0"), bytes(6)
    rows = [(number, 10 * number, link, "uses", bytes((number,)), mac, b"", 1, b"", 0)
            for number in (2, 2, 5)]  # fmt: skip
    columns = [list(column) for column in zip(*rows, strict=True)]
    several = Several(Place(2, 20, link), Heard, tuple(columns[:3]), tuple(columns[3:]))
    alone = Heard(Place(3, 30, link), "asks", b"\3", mac, b"\1")
    each = [Heard(Place(*row[:3]), *row[3:]) for row in rows]
    assert spread([alone, several]) == [alone, *each]
    assert spread([several.only([2])]) == each[2:]
    ((at, turn),) = in_turn([alone, several, Tick(Place(9, 90, link))], Heard)
    assert at == Place(2, 20, link)
    assert turn == [*rows[:2], (*alone.at, *alone[1:]), rows[2]]
    assert in_turn([], Heard) == []
