"""Export packets: as tables (Parquet, Arrow, CSV, NDJSON) or as a smaller capture."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from dissect.cli.options import filter_of, packet_ranges
from dissect.show.selection import Ranges

if TYPE_CHECKING:
    from dissect.filter.chosen import Chosen

SUFFIXES = {
    ".parquet": "parquet", ".arrow": "arrow", ".ipc": "arrow", ".feather": "arrow",
    ".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".pcapng": "pcapng", ".pcap": "pcap",
}  # fmt: skip
FORMATS = ("parquet", "arrow", "csv", "ndjson", "pcapng", "pcap")
CAPTURES = ("pcapng", "pcap")
ROOM = 1 << 20
"""Octets by which is found whether there is any."""
WHOLE = ("parquet", "arrow")
"""Formats that are compressed themselves, and need a file."""

EXAMPLES = """\b
Examples:
  sixscope export big.pcapng packets.parquet           a row a packet, all columns
  sixscope export -e dns.qry.name big.pcap out.csv     and the names that were asked for
  sixscope export -Y 'icmpv6.type == 134' big.pcapng ra.pcapng.zst
  tcpdump -w - | sixscope export -Y ipv6 --format pcapng - - | other-program
  sixscope sql --schema                                the columns and what they mean
"""


@click.command(epilog=EXAMPLES)
@click.argument("file")
@click.argument("out")
@click.option("--format", "form", type=click.Choice(FORMATS), help="If OUT's suffix doesn't say.")
@click.option("-Y", "condition", metavar="FILTER", help="Only packets that pass a display filter.")
@click.option("-c", "count", metavar="N", type=click.IntRange(min=1), help="Stop after N packets.")
@click.option(
    "--packets",
    "ranges",
    metavar="10-20,30",
    callback=packet_ranges,
    help="Only packets of these numbers.",
)
@click.option(
    "-e",
    "fields",
    metavar="FIELD",
    multiple=True,
    help="A column more with the values of this field; repeat. Tables only.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Processes that make a table of a plain file; not with -Y, -c, --packets, -e.",
)
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@click.pass_context
def command(
    ctx: click.Context, file: str, out: str, form: str | None, condition: str | None,
    count: int | None, ranges: Ranges | None, fields: tuple[str, ...], jobs: int, force: bool,
) -> int:  # fmt: skip
    """Export the packets of FILE to OUT; either may be - for standard input or output.

    OUT's suffix says the format: .parquet, .arrow, .csv, .ndjson are tables with a row a packet;
    .pcapng and .pcap are captures, with packets, comments, interfaces and times as they were.
    Behind the suffix of a text or capture may stand .gz, .zst, .xz, .lz4 or .bz2.  OUT appears
    only when it is complete.  Of a damaged FILE all before the damage is exported; then the
    damage is reported, and the exit status is 2.
    """
    form, compression = _format_of(ctx, out, form)
    if fields and form in CAPTURES:
        raise click.UsageError("-e makes columns: a capture has none", ctx)
    test = None
    if condition is not None:
        test = filter_of(condition)
        if test is None:
            return 2
    from dissect.cli.main import complain
    from dissect.filter.chosen import Chosen

    chosen = Chosen(test, ranges, count)
    with _failures_told(file, out):
        if form in CAPTURES:
            damage = _capture(file, out, form, compression, chosen, force)
        else:
            damage = _table(ctx, file, out, form, compression, chosen, fields, jobs, force)
    if damage is not None:
        complain(f"sixscope: {damage}")
    return 2 if damage is not None else 0


def _format_of(ctx: click.Context, out: str, form: str | None) -> tuple[str, str]:
    """Format and compression by name."""
    from dissect.capture.compress import SUFFIXES as COMPRESSIONS

    path = Path(out)
    compression = COMPRESSIONS.get(path.suffix.lower(), "")
    if compression:
        path = path.with_suffix("")
    form = form or SUFFIXES.get(path.suffix.lower())
    if form is None:
        names = ", ".join(SUFFIXES)
        raise click.UsageError(f"{out}: no suffix of {names}; --format says what it is to be", ctx)
    if form in WHOLE and (compression or out == "-"):
        raise click.UsageError(f"{form} is compressed itself and needs a file of its own", ctx)
    return form, compression


@contextmanager
def _failures_told(file: str, out: str) -> Iterator[None]:
    """What goes wrong, as one line."""
    from dissect.capture.record import CaptureError
    from dissect.export.place import Refused

    try:
        yield
    except (CaptureError, Refused) as error:
        raise click.ClickException(str(error)) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        name = error.filename if isinstance(error.filename, str) else out
        raise click.ClickException(f"{file if name == file else out}: {_why(error)}") from None


def _why(error: OSError) -> str:
    return error.strerror or str(error).split("\n")[0]


@contextmanager
def _stream(out: str, compression: str, force: bool) -> Iterator[BinaryIO]:
    """Where octets go: a new file, or standard output."""
    from dissect.capture.compress import compressed
    from dissect.export.place import new_file

    if out == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with (
        new_file(out, force=force) as path,
        path.open("wb") as stream,
        compressed(compression, stream) as packing,
    ):
        yield packing


def _capture(
    file: str, out: str, form: str, compression: str, chosen: Chosen, force: bool
) -> Exception | None:
    """Copy packets; hands back the capture's damage."""
    from dissect.api import open_capture
    from dissect.capture.copy import copier
    from dissect.capture.record import DamagedCapture
    from dissect.filter.passing import passing_rows

    if out == "-" and sys.stdout.isatty():
        raise click.ClickException("a capture is no text for a terminal")
    damage = None
    with open_capture(file) as capture, _stream(out, compression, force) as stream:
        copy = copier(capture.records, stream, form)
        read_all = chosen.last == float("inf") and chosen.count is None
        try:
            for passed in chosen.of(passing_rows(capture, chosen.test, last=chosen.last)):
                copy.take(passed.chunk.stretch, passed.rows)
        except DamagedCapture as found:
            damage = found
        copy.finish(read_all=read_all)
    return damage


def _table(
    ctx: click.Context, file: str, out: str, form: str, compression: str, chosen: Chosen,
    fields: tuple[str, ...], jobs: int, force: bool,
) -> Exception | None:  # fmt: skip
    """Write the columns; hands back the capture's damage."""
    import polars as pl

    from dissect.api import open_capture
    from dissect.export.place import new_file
    from dissect.table import Build, Captures
    from dissect.table.sink import TEXTS, write_file

    try:
        build = Build(more=fields)
    except ValueError as error:
        raise click.UsageError(f"-e: {error}", ctx) from None
    captures = Captures([file], build, chosen, jobs)
    if file != "-":
        open_capture(file).close()  # what is no capture is told before anything is made
    if form in TEXTS:
        with _stream(out, compression, force) as stream:
            TEXTS[form](captures, stream)
    else:
        with new_file(out, force=force) as path:
            try:
                write_file(captures, form, path)
            except pl.exceptions.PolarsError as error:
                with path.open("ab") as stream:  # a disk without room says so itself, clearly
                    stream.write(bytes(ROOM))
                raise click.ClickException(f"{out}: {str(error).splitlines()[0]}") from None
    return captures.damage[0] if captures.damage else None
