"""What a chunk says beside what the trees of its packets say."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator

from dissect import Packet, open_capture
from dissect.capture.write import PcapWriter
from dissect.columns import Chunk, Flag, chunks
from dissect.columns.known import EVERYWHERE, FRAME, NAMES, families, named
from dissect.columns.per_packet import COLUMNS, depth_of, value_of, views_of

FIELDS = sorted({name for names in NAMES.values() for name in names} | FRAME.keys())
"""Every field that the columns read somewhere."""


def chunks_of(
    packets: Iterable[tuple[bytes, int]], link_type: int = 1, *, reassemble: bool = False
) -> Iterator[Chunk]:
    """Chunks of packets that are given as octets and original length."""
    stream = io.BytesIO()
    writer = PcapWriter(stream, link_type=link_type)
    for number, (octets, original) in enumerate(packets):
        writer.packet(octets, number, original=original)
    with open_capture(io.BytesIO(stream.getvalue()), reassemble=reassemble) as capture:
        yield from chunks(capture)


def disagreements(
    chunk: Chunk, *, fields: bool = True, packets: Iterator[Packet] | None = None
) -> list[str]:
    """In which rows that the chunk is sure of it differs from the tree, and how.

    packets  those of the chunk, decoded with a session: behind an unknown port it may know better
    """
    found = []
    shown: dict[int, dict[str, list[object]]] = {}
    unsure = chunk.unsure
    for row in range(len(chunk)):
        packet = chunk.packet(row) if packets is None else next(packets).decode(detail=True)
        if unsure[row]:
            continue
        chain = chunk.chains.text(int(chunk.chain[row]))
        if packets is not None and chunk.flags[row] & Flag.OPEN:
            found += _layers(chunk, row, packet)
        elif chain != packet.chain:
            found.append(f"{chunk.number[row]}: {chain}, the tree has {packet.chain}")
        found += _columns(chunk, row, packet)
        if fields:
            shown[row] = _values(packet)
            found += _strangers(packet, chain)
    for name in FIELDS if fields else ():
        found += _fields(chunk, name, shown)
    return found


def _layers(chunk: Chunk, row: int, packet: Packet) -> Iterator[str]:
    """Layers that a session knows of, and that the chunk wrongly claims not to be there."""
    chain = chunk.chains.protocols(int(chunk.chain[row]))
    for layer in packet.layers:
        if layer.listed and layer.name not in chain and chunk.known_layers(layer.name)[row]:
            yield f"{packet.number}: {':'.join(chain)}, with a session {packet.chain}"


def _columns(chunk: Chunk, row: int, packet: Packet) -> Iterator[str]:
    views = views_of(packet)
    for name, wanted in COLUMNS.items():
        value = value_of(wanted, views)
        ours = chunk.column(name)[row]
        if wanted.size:
            same = ours.tobytes() == (value or bytes(wanted.size))
        else:
            same = ours == (-1 if value is None else value)
        if not same:
            yield f"{packet.number} {packet.chain}: column {name} {ours}, the tree has {value}"
    depth = max(depth_of(views), 0)
    if chunk.column("depth")[row] != depth:
        yield f"{packet.number} {packet.chain}: depth {chunk.column('depth')[row]}, not {depth}"


def _values(packet: Packet) -> dict[str, list[object]]:
    values = defaultdict(list)
    for node in packet.tree.walk():
        if not node.is_layer:
            values[node.field.name].append(node.value)
    return values


def _strangers(packet: Packet, chain: str) -> Iterator[str]:
    """Fields of a family that no protocol of the row is said to have."""
    allowed = EVERYWHERE.union(*map(families, named(chain.split(":"))))
    for name in _values(packet):
        if allowed.isdisjoint((name, name.partition(".")[0])):
            yield f"{packet.number} {chain}: shows {name}"


def _fields(chunk: Chunk, name: str, shown: dict[int, dict[str, list[object]]]) -> Iterator[str]:
    ours = defaultdict(list)
    rows, values, instances = chunk.field(name)
    assert (rows[1:] >= rows[:-1]).all()
    for row, value, instance in zip(rows.tolist(), values, instances.tolist(), strict=True):
        ours[row].append(value.tobytes() if values.ndim == 2 else int(value))
        assert len(ours[row]) == instance
    known = chunk.known(name)
    for row, tree in shown.items():
        if known[row] and ours[row] != tree.get(name, []):
            chain = chunk.chains.text(int(chunk.chain[row]))
            yield f"{chunk.number[row]} {chain}: {name} {ours[row]}, the tree has {tree.get(name)}"
