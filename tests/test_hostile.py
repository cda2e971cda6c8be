"""Broken packets: a tree and no exception, whatever is cut off or turned over.

``strict=True`` lets a dissector's own mistake raise, and so fail these tests.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dissect.protocols
from dissect.capture.open import open_records
from dissect.engine.packet import Packet, dissect
from dissect.engine.session import Session
from dissect.engine.tables import TABLES
from tests.captures_list import FRAGMENTED, OURS, name, some

LINK_TYPES = sorted(key for key, d in TABLES["link_type"].items() if not d.name.startswith("toy."))

DENSE, LONGEST = 140, 600
"""Octets; longer packets are cut at every octet up to there, at every third, and at some behind;
``make sweep`` cuts them at every octet."""


def different_packets(path, most: int = 40) -> Iterator[tuple[bytes, int]]:
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


def cuts(size: int) -> Iterator[int]:
    yield from range(min(size, DENSE))
    yield from range(DENSE, min(size, LONGEST), 3)
    yield from range(LONGEST, size, max(1, size // 50))


@pytest.mark.parametrize("path", some(OURS, 2), ids=name)
def test_packet_cut_by_a_snap_length_at_any_octet_is_never_malformed(path):
    for octets, link_type in different_packets(path):
        whole = {f.note.name for f in decode(octets, link_type).findings}
        if "_ws.malformed" in whole:
            continue
        for size in cuts(len(octets)):
            packet = decode(octets[:size], link_type, original=len(octets))
            assert "_ws.malformed" not in {f.note.name for f in packet.findings}, (size, packet)


@pytest.mark.parametrize("path", some(OURS, 2), ids=name)
def test_packet_that_really_ends_at_any_octet_gives_a_tree(path):
    for octets, link_type in different_packets(path):
        for size in cuts(len(octets)):
            assert decode(octets[:size], link_type).layers


@pytest.mark.sweep
@pytest.mark.parametrize("path", OURS, ids=name)
def test_every_packet_cut_at_every_octet_gives_a_tree(path):
    """Both ways of being cut; jumbograms at every octet of their first two thousand."""
    with open_records(path) as records:
        for record in records:
            for size in range(min(len(record.data), 2000)):
                for original in (size, record.original):
                    packet = dissect(
                        record.data[:size], record.link_type, original=original, strict=True
                    )
                    assert packet.layers


@pytest.mark.parametrize("path", OURS, ids=name)
def test_packet_with_octets_turned_over_gives_a_tree(path):
    chance = random.Random(str(name(path)))
    for octets, link_type in different_packets(path, most=25):
        for _ in range(25):
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
    for _ in range(8):
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
