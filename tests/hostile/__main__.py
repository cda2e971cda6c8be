"""``python -m tests.hostile [CAPTURE…]``: what each bomb costs at every exit, the costliest first.

With captures, what each of their packets costs.
"""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice
from time import process_time

import click

from dissect import Packet, dissect, open_capture
from dissect.capture import open_records
from dissect.capture.write import PcapWriter
from dissect.columns import chunks
from dissect.export.base import View
from dissect.filter import compile_filter
from dissect.lint import lint
from dissect.report.names import TABLES
from dissect.report.summary import Plan, tables_of
from dissect.show.run import exporter_of
from tests.hostile.bombs import BOMBS

Exit = Callable[[int, bytes], object]
MIB = 1 << 20


def _capture(link_type: int, octets: bytes) -> io.BytesIO:
    stream = io.BytesIO()
    PcapWriter(stream, link_type=link_type).packet(octets, 1)
    stream.seek(0)
    return stream


def _shown(form: str) -> Exit:
    """What ``sixscope show`` writes of a packet."""

    def show(link_type: int, octets: bytes) -> object:
        exporter = exporter_of(form, io.StringIO(), View(own=True))
        exporter.start()
        exporter.packet(dissect(octets, link_type, time_ns=1))
        return exporter.end()

    return show


def _columns(link_type: int, octets: bytes) -> object:
    return [chunk.resolve() for chunk in chunks(_capture(link_type, octets))]


def _lint(link_type: int, octets: bytes) -> object:
    return lint(_capture(link_type, octets))


def _report(link_type: int, octets: bytes) -> object:
    with open_capture(_capture(link_type, octets)) as capture:
        return tables_of(capture, Plan(tuple(TABLES)))


def _filter(link_type: int, octets: bytes) -> object:
    return compile_filter('ipv6.addr == 1::2 or frame contains "none" or frame matches "1(a*)*b$"')(
        dissect(octets, link_type)
    )


EXITS: dict[str, Exit] = {
    "lean": lambda link_type, octets: Packet(octets, link_type).decode(),
    "-V": _shown("tree"), "json": _shown("json"), "pdml": _shown("pdml"), "ek": _shown("ek"),
    "columns": _columns, "lint": _lint, "report": _report, "filter": _filter,
}  # fmt: skip


@click.command()
@click.argument("paths", nargs=-1)
def main(paths: tuple[str, ...]) -> None:
    """Milliseconds of a processor for each bomb and exit; memory of the whole tree at its most."""
    for octets in (b"", bytes(60)):  # what is only done once
        for run in EXITS.values():
            run(1, octets)
    rows = [_measured(*bomb) for bomb in (_packets(paths) if paths else _bombs())]
    click.echo(f"{'':26} {'octets':>7}" + "".join(f" {name:>7}" for name in EXITS) + "  ms  MiB")
    for name, size, times, memory in sorted(rows, key=lambda row: -max(row[2])):
        costs = "".join(f" {1000 * one:7.0f}" for one in times)
        click.echo(f"{name:26.26} {size:7,}{costs}     {memory / MIB:4.1f}")


def _bombs() -> Iterator[tuple[str, int, bytes]]:
    for name, (link_type, octets) in BOMBS.items():
        yield name, link_type, octets


def _packets(paths: tuple[str, ...]) -> Iterator[tuple[str, int, bytes]]:
    for path in paths:
        with open_records(path) as records:
            for record in islice(records, 1000):
                chain = dict.fromkeys(Packet(record.data, record.link_type).chain.split(":"))
                yield ":".join(chain)[-26:], record.link_type, record.data


def _measured(name: str, link_type: int, octets: bytes) -> tuple[str, int, list[float], int]:
    times = []
    for run in EXITS.values():
        begin = process_time()
        run(link_type, octets)
        times.append(process_time() - begin)
    tracemalloc.start()
    kept = dissect(octets, link_type)
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert kept.layers
    return name, len(octets), times, memory


if __name__ == "__main__":
    main()
