"""``python -m tests.hostile``: what each bomb costs, the costliest first."""

from __future__ import annotations

import io
import tracemalloc
from time import process_time

import click

from dissect import Packet, dissect
from dissect.capture.write import PcapWriter
from dissect.columns import chunks
from tests.hostile.bombs import BOMBS


def main() -> None:
    """Measure structure alone, the whole tree, PDML and columns; memory of the tree."""
    rows = [(name, *_measured(link_type, octets)) for name, (link_type, octets) in BOMBS.items()]
    click.echo(f"{'':26} {'octets':>7} {'structure':>10} {'tree':>8} {'columns':>8} {'nodes':>8}"
               f" {'memory':>9}")  # fmt: skip
    for name, size, lean, tree, column, nodes, memory in sorted(rows, key=lambda row: -row[3]):
        click.echo(
            f"{name:26} {size:7,} {1000 * lean:7.1f} ms {1000 * tree:5.0f} ms {1000 * column:5.0f}"
            f" ms {nodes:8,} {memory / 2**20:5.1f} MiB"
        )


def _measured(link_type: int, octets: bytes) -> tuple[int, float, float, float, int, int]:
    begin = process_time()
    Packet(octets, link_type).decode()
    lean = process_time() - begin
    begin = process_time()
    nodes = sum(1 for node in dissect(octets, link_type).tree.walk() if node.showname(octets))
    tree = process_time() - begin
    stream = io.BytesIO()
    PcapWriter(stream, link_type=link_type).packet(octets, 1)
    begin = process_time()
    for chunk in chunks(io.BytesIO(stream.getvalue())):
        chunk.resolve()
    column = process_time() - begin
    tracemalloc.start()
    kept = dissect(octets, link_type)
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert kept.layers
    return len(octets), lean, tree, column, nodes, memory


if __name__ == "__main__":
    main()
