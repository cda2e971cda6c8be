"""Show the packets of captures, in tshark's formats.

The loop over packets is here; what they look like is decided by ``dissect.export``.
"""

from __future__ import annotations

import gc
import os
import stat
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, TextIO

import click

if TYPE_CHECKING:
    from dissect.api import Capture, Packet
    from dissect.export.base import Exporter, View
    from dissect.filter import Filter

FORMATS = ("text", "tree", "json", "ek", "pdml", "fields", "csv", "summary")
HUMAN = ("text", "tree")
TIMES = ("r", "a", "ad", "adoy", "d", "dd", "e", "u", "ud", "udoy")

EXAMPLES = """\b
Examples:
  sixscope show capture.pcapng                       one line a packet
  sixscope show -V --packets 10-20,30 capture.pcap   eleven packets and one, in detail
  sixscope show -T json capture.pcapng | jq '.[]._source.layers.ipv6'
  sixscope show -T fields -e frame.number -e ipv6.src -E header=y,separator=, f.pcap
  sixscope show -T fields -e ipv6.src#1 -e ipv6.src#2 -e sixscope.addr.scope f.pcap
  sixscope show -Y 'ipv6.hlim < 5 and not tcp' capture.pcapng
  tcpdump -U -w - ip6 | sixscope show -              packets as they arrive
"""


Ranges = list[tuple[int, float]]
"""Packet numbers: (first, last) of each range."""


def _ranges(ctx: click.Context, param: click.Parameter, text: str | None) -> Ranges | None:
    """``10-20,30,40-`` as ranges; one sentence for what isn't a range."""
    if text is None:
        return None
    ranges = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        try:
            low = int(first)
            high = float("inf") if dash and not last else int(last) if dash else low
        except ValueError:
            raise click.BadParameter(f"{part!r} is no number and no range such as 10-20") from None
        if low < 1 or high < low:
            raise click.BadParameter(f"{part!r}: packets are numbered from 1 upwards")
        ranges.append((low, high))
    return ranges


@click.command(epilog=EXAMPLES)
@click.argument("files", metavar="FILE...", nargs=-1)
@click.option("-T", "form", type=click.Choice(FORMATS), help="Output format; text by default.")
@click.option("-V", "verbose", is_flag=True, help="Packet details: the same as -T tree.")
@click.option("-x", "hexdump", is_flag=True, help="The octets too (text, tree, json, ek).")
@click.option(
    "-e",
    "fields",
    metavar="FIELD",
    multiple=True,
    help="Print it (-T fields); repeat. FIELD#2: in the second layer of its protocol only, #-1 in "
    "the innermost.",
)
@click.option(
    "-E",
    "options",
    metavar="NAME=VALUE,...",
    multiple=True,
    help="For -T fields: header=y|n, separator=, occurrence=f|l|a, aggregator=, quote=d|s|n, "
    "bom=y|n; one character, /t or /s each for separator and aggregator.",
)
@click.option(
    "-Y",
    "condition",
    metavar="FILTER",
    help="Only packets that pass a display filter, in Wireshark's language.",
)
@click.option("--explain", is_flag=True, help="Only say what FILTER means and what decides it.")
@click.option("-c", "count", metavar="N", type=click.IntRange(min=1), help="Stop after N packets.")
@click.option(
    "--packets",
    "ranges",
    metavar="10-20,30",
    callback=_ranges,
    help="Only packets of these numbers.",
)
@click.option("-n", "no_names", is_flag=True, help="No names for MAC addresses.")
@click.option(
    "-t",
    "times",
    type=click.Choice(TIMES),
    default="r",
    help="Time: r since the first packet, d since the one before, dd since the one shown before, "
    "e since 1970, a/u local/UTC time of day, with d date or doy day of the year.",
)
@click.option(
    "--own-fields",
    "own",
    is_flag=True,
    help="Fields that tshark doesn't have (sixscope.*) in json, ek and pdml too; and in tree and "
    "these what addresses say about themselves (sixscope.addr.*).",
)
@click.option("--outer", is_flag=True, help="Outermost instead of innermost addresses.")
@click.option(
    "-o",
    "preferences",
    metavar="NAME:VALUE",
    multiple=True,
    help="A decode preference, such as mpls.payload:ethernet; repeat.  An unknown name lists all.",
)
@click.option("--absolute-seq", is_flag=True, help="TCP sequence numbers as in the packets.")
@click.option("--no-reassembly", is_flag=True, help="Each fragment by itself, not put together.")
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    help="Colours in text and tree; by default on a terminal, unless NO_COLOR is set.",
)
@click.pass_context
def command(
    ctx: click.Context, files: tuple[str, ...], form: str | None, verbose: bool, hexdump: bool,
    fields: tuple[str, ...], options: tuple[str, ...], condition: str | None, explain: bool,
    count: int | None, ranges: Ranges | None, no_names: bool, times: str, own: bool, outer: bool,
    preferences: tuple[str, ...], absolute_seq: bool, no_reassembly: bool, color: str,
) -> int:  # fmt: skip
    """Show the packets of captures; FILE may be - for standard input.

    A damaged capture is shown as far as it can be read; then its damage is reported, and the
    exit status is 2.
    """
    if verbose and form not in (None, "tree"):
        raise click.UsageError(f"-V is -T tree, which can't be combined with -T {form}", ctx)
    form = form or ("tree" if verbose else "text")
    if explain and condition is None:
        raise click.UsageError("--explain explains a filter: -Y FILTER", ctx)
    if not files and not explain:
        raise click.UsageError("Missing argument 'FILE...'.", ctx)
    wanted = None
    if condition is not None:
        wanted = filter_of(condition)
        if wanted is None:
            return 2
        if explain:
            click.echo(_visible_lines(wanted.explain()))
            return 0
    from dissect.export.base import View

    reading = Reading(not absolute_seq, not no_reassembly, _preferences(ctx, preferences))
    view = View(
        time=times, own=own, outer=outer, names=not no_names and form in ("text", "tree", "csv"),
        hexdump=hexdump, color=form in HUMAN and is_colored(color), path=files[0],
        fields=fields, options=_field_options(ctx, form, fields, options),
    )  # fmt: skip
    sys.stdout.reconfigure(  # type: ignore[union-attr]
        encoding="utf-8", errors="backslashreplace", newline="\n"
    )
    exporter = exporter_of(form, sys.stdout, view)
    gc.freeze()  # trees have no cycles: looking for them often is in vain
    gc.set_threshold(20_000, 20, 20)
    only = {"fields": fields, "csv": ("_ws.col",), "text": ("_ws.col",)}.get(form)
    select = Selection(ranges, count, wanted, None if view.color else only)
    status = 0
    exporter.start()
    try:
        for path in files:
            if len(files) > 1 and form in HUMAN:
                click.echo(f"==> {_visible(path)} <==")
            status |= _show(path, exporter, select, reading)
    finally:
        exporter.end()
    return status


class Reading(NamedTuple):
    """How captures are read: what ``open_capture`` is told."""

    relative_seq: bool
    reassemble: bool
    preferences: dict[str, str]


def exporter_of(form: str, stream: TextIO, view: View) -> Exporter:
    """The exporter of a format, importing no other."""
    made: Exporter = getattr(import_module(f"dissect.export.{form}"), form.title())(stream, view)
    return made


class Selection:
    """Which packets to show.

    wanted  the filter that they have to pass
    fields  all that is shown of them, where that is known
    """

    def __init__(
        self, ranges: Ranges | None, count: int | None, wanted: Filter | None = None,
        fields: tuple[str, ...] | None = None,
    ) -> None:  # fmt: skip
        self._ranges = ranges
        self._last = max(high for _, high in ranges) if ranges else float("inf")
        self._count = count
        self._wanted = wanted
        self._fields = fields

    def of(self, capture: Capture) -> Iterator[Packet]:
        """Those to be shown; the others are decoded too, for what later ones refer to."""
        shown = 0
        for packet in self._passing(capture):
            if self._ranges and not any(low <= packet.number <= high for low, high in self._ranges):
                packet.decode()
            else:
                yield packet
                shown += 1
            if shown == self._count or packet.number >= self._last:
                return

    def _passing(self, capture: Capture) -> Iterator[Packet]:
        if self._wanted is None:
            return iter(capture)
        from dissect.filter.passing import passing

        return passing(capture, self._wanted, fields=self._fields, last=self._last)


def filter_of(text: str) -> Filter | None:
    """A filter from its text; None if there is a mistake in it, which is told with its place."""
    from dissect.filter import FilterError, compile_filter

    try:
        return compile_filter(text)
    except FilterError as error:
        lines = [f"sixscope: -Y: {error.message}", *error.picture(text).split("\n")]
        click.echo(_visible_lines("\n".join([*lines, error.question]).rstrip("\n")), err=True)
    return None


def _show(path: str, exporter: Exporter, select: Selection, reading: Reading) -> int:
    """Show one file; returns the exit status that it deserves."""
    from dissect.cli.main import complain

    live = _arrives(path)
    flush = exporter.stream.flush
    failures: list[str] = []
    for packet in _watched(_readable(path, select, failures, reading)):
        exporter.packet(packet)
        if live:
            flush()
    if failures:
        flush()
        complain(f"sixscope: {failures[0]}")
    return 2 if failures else 0


def _readable(
    path: str, select: Selection, failures: list[str], reading: Reading
) -> Iterator[Packet]:
    """The packets up to the first failure to read; errors of writing are not mixed up with it."""
    from dissect.api import open_capture
    from dissect.capture.record import CaptureError

    try:
        with open_capture(path, **reading._asdict()) as capture:
            yield from select.of(capture)
    except CaptureError as error:
        failures.append(str(error))
    except OSError as error:
        failures.append(f"{path}: {error.strerror or error}")


def _arrives(path: str) -> bool:
    """True for a pipe, whose packets are to be shown as they come."""
    try:
        mode = os.stat(path).st_mode if path != "-" else os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode)


def _watched(packets: Iterator[Packet]) -> Iterator[Packet]:
    """Count on stderr, where somebody waits at a terminal for output that goes elsewhere."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield from packets
        return
    due = time.monotonic() + 1
    for packet in packets:
        yield packet
        if packet.number % 256 == 0 and time.monotonic() > due:
            due = time.monotonic() + 0.5
            click.echo(f"\r{packet.number:,} packets", nl=False, err=True)
    click.echo("\r\x1b[K", nl=False, err=True)


def is_colored(color: str) -> bool:
    """Whether to write colours: ``always``, ``never``, or as the terminal and its user want it."""
    if color != "auto":
        return color == "always"
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def _field_options(
    ctx: click.Context, form: str, fields: tuple[str, ...], options: tuple[str, ...]
) -> dict[str, str]:
    """Check -e and -E."""
    if form != "fields":
        for given, name in ((fields, "-e"), (options, "-E")):
            if given:
                raise click.UsageError(f"{name} goes with -T fields", ctx)
        return {}
    if not fields:
        raise click.UsageError("-T fields needs -e FIELD: the fields to print", ctx)
    import dissect.api  # declares the fields  # noqa: F401
    from dissect.export.fields import is_field, parse_options

    try:
        unknown = [name for name in fields if not is_field(name)]
    except ValueError as error:
        raise click.UsageError(f"-e: {error}", ctx) from None
    if unknown:
        raise click.UsageError(
            f"-e: no field is called {', '.join(unknown)} (sixscope fields lists them)", ctx
        )
    try:
        return parse_options(options)
    except ValueError as error:
        raise click.UsageError(f"-E: {error}", ctx) from None


def _preferences(ctx: click.Context, given: tuple[str, ...]) -> dict[str, str]:
    """Check -o; a name and a value with a colon or an equals sign between them."""
    if not given:
        return {}
    import dissect.protocols  # declares the preferences  # noqa: F401
    from dissect.engine.preferences import PreferenceError, preferences_of

    pairs = {}
    for words in given:
        name, separator, value = words.replace("=", ":", 1).partition(":")
        if not separator:
            raise click.UsageError(f"-o: {words!r} is no NAME:VALUE", ctx)
        pairs[name] = value
    try:
        preferences_of(pairs)
    except PreferenceError as error:
        raise click.UsageError(f"-o: {error}", ctx) from None
    return pairs


def _visible(text: str) -> str:
    from dissect.export.sanitise import visible

    return visible(text)


def _visible_lines(text: str) -> str:
    return "\n".join(map(_visible, text.split("\n")))
