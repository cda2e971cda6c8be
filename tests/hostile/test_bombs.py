"""Bombs cost bounded work; and files do."""

from __future__ import annotations

import pytest

from dissect import Packet, dissect
from dissect.engine import walk
from dissect.engine.packet import LONGEST_INFO
from dissect.engine.walk import MAX_LAYERS, MAX_READS
from tests.captures_list import OURS
from tests.captures_list import name as path_name
from tests.hostile.bombs import BOMBS
from tests.test_hostile import kinds_of

NODES_A_READING = 4
"""Fields that one reading may make at most, on average: bits, aliases, generated ones."""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_gives_a_bounded_tree_and_ends_at_the_same_place_without_one(name):
    link_type, octets = BOMBS[name]
    packet = dissect(octets, link_type, strict=True)
    assert len(packet.layers) <= MAX_LAYERS + 1
    assert sum(1 for _ in packet.tree.walk()) <= NODES_A_READING * MAX_READS
    assert len(packet.info) <= LONGEST_INFO
    lean = Packet(octets, link_type, strict=True).decode()
    assert [layer.name for layer in lean.layers] == [layer.name for layer in packet.layers]
    assert lean.info == packet.info
    assert [one.text for one in lean.findings] == [one.text for one in packet.findings]


@pytest.mark.parametrize("path", OURS, ids=path_name)
def test_a_tree_costs_as_many_readings_as_structure_alone(path, monkeypatch):
    """Wherever the limit is: else layers would be missing in one of them."""
    for limit in (1, 4, 9, 16, 25, 50):
        monkeypatch.setattr(walk, "MAX_READS", limit)
        for octets, link_type in kinds_of(path):
            lean, full = Packet(octets, link_type).decode(), dissect(octets, link_type)
            assert lean.chain == full.chain
            assert [one.text for one in lean.findings] == [one.text for one in full.findings]


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_cut_anywhere_gives_a_tree(name):
    link_type, octets = BOMBS[name]
    for size in (*range(0, 400, 7), *range(400, len(octets), len(octets) // 3)):
        assert Packet(octets[:size], link_type, strict=True).decode().layers
