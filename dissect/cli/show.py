"""Show the packets of captures, in tshark's formats.

The loop over packets is in ``dissect.show``; what they look like is decided by ``dissect.export``.
"""

from __future__ import annotations

import os
import sys

import click

from dissect.cli.options import color_option, filter_of, is_colored, packet_ranges, visible_lines
from dissect.show.run import Reading, exporter_of, show
from dissect.show.selection import Ranges, Selection

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
    callback=packet_ranges,
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
@click.option(
    "--geoip",
    metavar="PATH",
    multiple=True,
    help="Where addresses are (ip.geoip.*, ipv6.geoip.*): a MaxMind database, or a folder of "
    "*.mmdb; repeat.",
)
@click.option("--absolute-seq", is_flag=True, help="TCP sequence numbers as in the packets.")
@click.option("--no-reassembly", is_flag=True, help="Each fragment by itself, not put together.")
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    help="Processes that make tree, json, ek and pdml, beside one that reads.",
)
@color_option
@click.pass_context
def command(
    ctx: click.Context, files: tuple[str, ...], form: str | None, verbose: bool, hexdump: bool,
    fields: tuple[str, ...], options: tuple[str, ...], condition: str | None, explain: bool,
    count: int | None, ranges: Ranges | None, no_names: bool, times: str, own: bool, outer: bool,
    preferences: tuple[str, ...], geoip: tuple[str, ...], absolute_seq: bool, no_reassembly: bool,
    jobs: int, color: str,
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
            click.echo(visible_lines(wanted.explain()))
            return 0
    from dissect.cli.main import complain
    from dissect.export.base import View

    wishes = _preferences(ctx, preferences) | _geoip(ctx, geoip)
    reading = Reading(not absolute_seq, not no_reassembly, wishes)
    view = View(
        time=times, own=own, outer=outer, names=not no_names and form in ("text", "tree", "csv"),
        hexdump=hexdump, color=form in HUMAN and is_colored(color), path=files[0],
        fields=fields, options=_field_options(ctx, form, fields, options),
    )  # fmt: skip
    sys.stdout.reconfigure(  # type: ignore[union-attr]
        encoding="utf-8", errors="backslashreplace", newline="\n"
    )
    exporter = exporter_of(form, sys.stdout, view)
    only = {"fields": fields, "csv": ("_ws.col",), "text": ("_ws.col",)}.get(form)
    select = Selection(ranges, count, wanted, None if view.color else only)
    status = 0
    exporter.start()
    try:
        for path in files:
            if len(files) > 1 and form in HUMAN:
                click.echo(f"==> {_visible(path)} <==")
            failure = show(path, form, exporter, select, reading, jobs)
            if failure:
                complain(f"sixscope: {failure}")
                status = 2
    finally:
        exporter.end()
    return status


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
        first = ":" if ":" in words.partition("=")[0] else "="
        name, separator, value = words.partition(first)
        if not separator:
            raise click.UsageError(f"-o: {words!r} is no NAME:VALUE", ctx)
        pairs[name] = value
    try:
        preferences_of(pairs)
    except PreferenceError as error:
        raise click.UsageError(f"-o: {error}", ctx) from None
    return pairs


def _geoip(ctx: click.Context, paths: tuple[str, ...]) -> dict[str, str]:
    """Check --geoip, and make a preference of it."""
    if not paths:
        return {}
    from dissect.address.places import databases

    words = os.pathsep.join(paths)
    try:
        databases(words)
    except ValueError as error:
        raise click.UsageError(f"--geoip: {error}", ctx) from None
    return {"geoip": words}


def _visible(text: str) -> str:
    from dissect.export.sanitise import visible

    return visible(text)
