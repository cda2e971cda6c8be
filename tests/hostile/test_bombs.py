"""Bombs cost bounded work; and files do."""

from __future__ import annotations

import pytest

from dissect import Packet, dissect
from dissect.engine.walk import MAX_LAYERS, MAX_READS
from tests.hostile.bombs import BOMBS

NODES_A_READING = 4
"""Fields that one reading may make at most, on average: bits, aliases, generated ones."""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_gives_a_bounded_tree(name):
    link_type, octets = BOMBS[name]
    packet = dissect(octets, link_type, strict=True)
    assert len(packet.layers) <= MAX_LAYERS + 1
    assert sum(1 for _ in packet.tree.walk()) <= NODES_A_READING * MAX_READS
    assert len(packet.info) < 100_000


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_cut_anywhere_gives_a_tree(name):
    link_type, octets = BOMBS[name]
    for size in (*range(0, 400, 7), *range(400, len(octets), len(octets) // 7)):
        assert Packet(octets[:size], link_type, strict=True).decode().layers
