"""Broken packets: a tree and no exception, whatever is cut off or turned over.

``strict=True`` lets a dissector's own mistake raise, and so fail these tests.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dissect.protocols
from dissect.capture.open import open_records
from dissect.engine.notes import Group
from dissect.engine.packet import Packet, dissect
from dissect.engine.session import Session
from dissect.engine.tables import TABLES
from tests.captures_list import FRAGMENTED, OURS, name

LINK_TYPES = sorted(key for key, d in TABLES["link_type"].items() if not d.name.startswith("toy."))

FEW = 24
"""Places, other ones in every packet, at which it is cut in each run; ``make sweep`` takes all."""


@cache
def _kinds() -> dict[Path, list[tuple[bytes, int]]]:
    """By capture, the packets of which none before is like: innermost protocols, begin of Info."""
    seen = set()
    found: dict[Path, list[tuple[bytes, int]]] = {path: [] for path in OURS}
    for path in OURS:
        with open_records(path) as records:
            for record in records:
                packet = Packet(record.data, record.link_type).decode()
                kind = (*packet.chain.split(":")[-2:], packet.info[:12])
                if kind not in seen:
                    seen.add(kind)
                    found[path].append((record.data, record.link_type))
    return found


def kinds_of(path: Path) -> list[tuple[bytes, int]]:
    """Packets of a capture that are like none in it or a capture before."""
    return _kinds()[path]


def different_packets(path: Path, most: int = 40) -> Iterator[tuple[bytes, int]]:
    """Packets of a capture that don't look alike: one for each chain of protocols."""
    seen = set()
    with open_records(path) as records:
        for record in records:
            packet = Packet(record.data, record.link_type).decode()
            key = (packet.chain, packet.info[:12])
            if key not in seen and len(seen) < most:
                seen.add(key)
                yield record.data, record.link_type


def decode(octets: bytes, link_type: int, original: int | None = None) -> Packet:
    packet = dissect(octets, link_type, original=original, strict=True)
    for node in packet.tree.walk():
        assert isinstance(node.show, str)
        assert node.showname(octets) is not None
        assert 0 <= node.offset <= packet.original, node
        assert node.length >= 0, node
    assert packet.info is not None
    return packet


def cuts(octets: bytes) -> list[int]:
    """Some sizes that it may be cut to."""
    chance = random.Random(octets)
    return sorted(chance.sample(range(len(octets)), min(FEW, len(octets))))


@pytest.mark.parametrize("path", OURS, ids=name)
def test_packet_cut_by_a_snap_length_is_never_malformed(path):
    for octets, link_type in kinds_of(path):
        whole = {f.note.name for f in decode(octets, link_type).findings}
        if "_ws.malformed" in whole:
            continue
        for size in cuts(octets):
            packet = decode(octets[:size], link_type, original=len(octets))
            assert "_ws.malformed" not in {f.note.name for f in packet.findings}, (size, packet)


@pytest.mark.parametrize("path", OURS, ids=name)
def test_packet_that_really_ends_there_gives_a_tree(path):
    for octets, link_type in kinds_of(path):
        for size in cuts(octets):
            assert decode(octets[:size], link_type).layers


LIES = {"geneve.option.length.invalid"}
"""Other notes that a length is wrong: where such a packet is cut, it may end before that length."""


@pytest.mark.sweep
@pytest.mark.parametrize("path", OURS, ids=name)
def test_every_packet_cut_at_every_octet_gives_a_tree(path):
    """Both ways of being cut; jumbograms at every octet of their first two thousand."""
    with open_records(path) as records:
        for record in records:
            whole = Packet(record.data, record.link_type, original=record.original)
            sound = not any(
                f.note.group == Group.MALFORMED or f.note.name in LIES for f in whole.findings
            )
            for size in range(min(len(record.data), 2000)):
                for original in {size, record.original}:
                    packet = dissect(
                        record.data[:size], record.link_type, original=original, strict=True
                    )
                    assert packet.layers
                    if sound and original > size:
                        assert "_ws.malformed" not in {f.note.name for f in packet.findings}, size


@pytest.mark.parametrize("path", OURS, ids=name)
def test_packet_with_octets_turned_over_gives_a_tree(path):
    chance = random.Random(str(name(path)))
    for octets, link_type in kinds_of(path):
        for _ in range(8):
            changed = bytearray(octets)
            for _ in range(chance.choice((1, 1, 2, 8))):
                changed[chance.randrange(min(len(changed), 200))] = chance.choice(
                    (0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256))
                )
            assert decode(bytes(changed), link_type).layers


@pytest.mark.parametrize("path", FRAGMENTED, ids=name)
def test_fragments_with_octets_turned_over_give_trees(path):
    """Read in order, so that what is turned over is put together."""
    chance = random.Random(str(name(path)))
    with open_records(path) as records:
        packets = [(record.data, record.link_type) for record in records][:150]
    for _ in range(3):
        session = Session()
        for number, (octets, link_type) in enumerate(packets):
            changed = bytearray(octets)
            if changed and chance.random() < 0.5:
                changed[chance.randrange(min(len(changed), 90))] = chance.randrange(256)
            packet = dissect(bytes(changed), link_type, session=session, number=number, strict=True)
            for node, data in packet.tree.walk_within(packet.data):
                assert node.showname(data) is not None
            assert packet.layers


@settings(max_examples=300, deadline=None)
@given(octets=st.binary(max_size=300), link_type=st.sampled_from(LINK_TYPES))
def test_any_octets_on_any_link_type_give_a_tree(octets, link_type):
    assert decode(octets, link_type).layers


@settings(max_examples=150, deadline=None)
@given(octets=st.binary(max_size=120), data=st.data())
def test_any_octets_after_any_key_give_a_tree(octets, data):
    """Random octets behind a valid EtherType or IPv6 next header get deeper than pure noise."""
    if data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(TABLES["ethertype"])))
        frame = bytes(12) + key.to_bytes(2, "big") + octets
        assert decode(frame, 1).layers
    else:
        key = data.draw(st.sampled_from(sorted(TABLES["ip_proto"])))
        head = b"\x60\0\0\0" + len(octets).to_bytes(2, "big") + bytes([key, 64]) + bytes(32)
        assert decode(head + octets, 101).layers


@pytest.mark.parametrize("path", OURS, ids=name)
def test_structure_alone_finds_what_the_full_tree_finds(path):
    with open_records(path) as records:
        for record in records:
            lean = Packet(record.data, record.link_type, original=record.original, strict=True)
            full = Packet(record.data, record.link_type, original=record.original, strict=True)
            lean.decode()
            full.decode(detail=True)
            assert lean.chain == full.chain, record.number
            assert (lean.protocol, lean.info) == (full.protocol, full.info), record.number
            assert (lean.source, lean.destination) == (full.source, full.destination)
            assert [f.note.name for f in lean.findings] == [f.note.name for f in full.findings]
