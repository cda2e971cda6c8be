"""Sum captures up: protocols, endpoints, conversations, lengths, rates and more.

The tables are made by ``dissect.report``, on columns of a million packets at once.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

import click

from dissect.cli.options import color_option, filter_of, is_colored
from dissect.report.names import TABLES, chosen

if TYPE_CHECKING:
    from dissect.analysis.translation_map import Prefix
    from dissect.columns.scan import Progress

FORMATS = ("text", "html", "json", "md", "csv")
TOP: dict[str, int] = {"text": 10, "md": 10, "html": 100}
"""Rows of a table, by format; in others all."""

EXAMPLES = """\b
Examples:
  sixscope report capture.pcapng                          everything, in screenfuls
  sixscope report -T html -o report.html capture.pcapng   a page for a browser, in one file
  sixscope report --table hierarchy,conversations --top 5 capture.pcapng
  sixscope report -Y 'ipv6 and not tcp' --table endpoints-ipv6 --prefix 64 capture.pcapng
  sixscope report -T json big.pcap | jq '.tables.hierarchy.rows[]'
  sixscope report --table translations --nat64-prefix 64:ff9b::/96 inside.pcap outside.pcap
  sixscope report -T csv --table conversations-tcp capture.pcapng > tcp.csv
"""


def _tables(ctx: click.Context, param: click.Parameter, text: str | None) -> list[str]:
    """Names as they are; all without any."""
    try:
        return list(TABLES) if text is None else chosen(text)
    except ValueError as error:
        raise click.BadParameter(f"{error} (--list names them)") from None


def _prefixes(
    ctx: click.Context, param: click.Parameter, words: tuple[str, ...]
) -> tuple[Prefix, ...]:  # fmt: skip
    """The prefixes of translators."""
    if not words:
        return ()
    from dissect.analysis.translation_map import prefix_of

    try:
        return tuple(prefix_of(one, relay=param.name == "trt") for one in words)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(epilog=EXAMPLES)
@click.argument("files", metavar="FILE...", nargs=-1)
@click.option("-T", "form", type=click.Choice(FORMATS), default="text", help="Output format.")
@click.option("-o", "out", metavar="OUT", help="Write to this file, not to standard output.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@click.option(
    "--table",
    "names",
    metavar="NAME[,NAME]",
    callback=_tables,
    help="Only these tables; endpoints and conversations stand for all of that kind.",
)
@click.option("--list", "listing", is_flag=True, help="Only say which tables there are.")
@click.option(
    "--top",
    metavar="N",
    type=click.IntRange(min=1),
    help="Rows of a table at most; 10 in text and md by default, 100 in html, else all.",
)
@click.option(
    "-Y", "condition", metavar="FILTER", default="", help="Only packets that pass a display filter."
)
@click.option("--each", is_flag=True, help="A report on each file, not one on all together.")
@click.option("--inner", is_flag=True, help="Endpoints: of the innermost addresses only.")
@click.option("--outer", is_flag=True, help="Endpoints: of the outermost addresses only.")
@click.option(
    "--prefix",
    metavar="BITS",
    type=click.IntRange(0, 128),
    default=128,
    help="Endpoints: IPv6 addresses with these first bits together, such as 64.",
)
@click.option("--notes", is_flag=True, help="Notes on all packets; takes much longer.")
@click.option(
    "--nat64-prefix",
    "nat64",
    metavar="PREFIX",
    multiple=True,
    callback=_prefixes,
    help="Translators: IPv4 addresses are behind it (RFC 6052); may be given several times.",
)
@click.option(
    "--trt-prefix",
    "trt",
    metavar="PREFIX",
    multiple=True,
    callback=_prefixes,
    help="The same for a transport relay translator (RFC 3142).",
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1, 256),
    help="Processes; by default one a processor, if the captures are large.",
)
@click.option("-n", "no_names", is_flag=True, help="No names for MAC addresses.")
@color_option
@click.pass_context
def command(
    ctx: click.Context, files: tuple[str, ...], form: str, out: str | None, force: bool,
    names: list[str], listing: bool, top: int | None, condition: str, each: bool, inner: bool,
    outer: bool, prefix: int, notes: bool, nat64: tuple[Prefix, ...], trt: tuple[Prefix, ...],
    jobs: int | None, no_names: bool, color: str,
) -> int:  # fmt: skip
    """Sum captures up in tables; FILE may be - for standard input.

    Packets of several files are taken together.  By default a packet in a tunnel counts for its
    inner and for its outer addresses.  A damaged capture is summed up as far as it can be read;
    then its damage is reported, and the exit status is 2.  OUT appears only when it is complete.
    """
    if listing:
        for name, table in TABLES.items():
            click.echo(f"{name:20} {table.words}")
        return 0
    if not files:
        raise click.UsageError("Missing argument 'FILE...'.", ctx)
    if form == "csv" and len(names) != 1:
        raise click.UsageError("-T csv writes one table: --table NAME", ctx)
    if inner and outer:
        raise click.UsageError("--inner and --outer exclude each other", ctx)
    if form == "html" and out is None and sys.stdout.isatty():
        raise click.UsageError("-T html is a page for a browser: -o FILE", ctx)
    from dissect.analysis.options import Options
    from dissect.cli.main import complain
    from dissect.engine.garbage import hoard
    from dissect.report.formats.look import Look
    from dissect.report.run import report
    from dissect.report.summary import Plan

    if condition and filter_of(condition) is None:
        return 2
    options = Options(
        top=top or TOP.get(form), prefix=prefix, notes=notes,
        layers="inner" if inner else "outer" if outer else "all", names=not no_names,
        nat64_prefixes=nat64, trt_prefixes=trt,
    )  # fmt: skip
    plan = Plan(tuple(names), options, condition, strict=False)
    groups = [[path] for path in files] if each else [list(files)]
    bounded = (out is None and sys.stdout.isatty()) or "COLUMNS" in os.environ
    width = shutil.get_terminal_size().columns if bounded else None
    look = Look(is_colored(color) and (out is None or color == "always"), width)
    hoard()
    with _stream(out, force) as stream:
        with _progress(list(files)) as progress:
            reports = [report(group, plan, jobs=jobs, progress=progress) for group in groups]
        import_module(f"dissect.report.formats.{form}").write(stream, reports, look)
    failures = [failure for one in reports for failure in one.failures]
    for failure in failures:
        complain(f"sixscope: {failure}")
    return 2 if failures else 0


@contextmanager
def _stream(out: str | None, force: bool) -> Iterator[TextIO]:
    """Where text goes: a new file, or standard output."""
    if out is None:
        sys.stdout.reconfigure(  # type: ignore[union-attr]
            encoding="utf-8", errors="backslashreplace", newline="\n"
        )
        yield sys.stdout
        sys.stdout.flush()
        return
    from dissect.export.place import Refused, new_file

    try:
        with (
            new_file(out, force=force) as path,
            path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream,
        ):
            yield stream
    except Refused as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror or error}") from None


@contextmanager
def _progress(paths: list[str]) -> Iterator[Progress | None]:
    """A bar on stderr with what is left to do, if that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    stderr = Console(stderr=True)
    with Progress(*columns, console=stderr, transient=True, auto_refresh=False) as bar:
        sizes = [os.path.getsize(path) if os.path.isfile(path) else 0 for path in paths]
        task = bar.add_task("", total=sum(sizes) or None)
        done, latest = 0, 0

        def tell(packets: int, at: int) -> None:
            nonlocal done, latest
            if at < latest:
                done += latest
            latest = at
            bar.update(task, completed=done + at, description=f"{packets:,} packets")
            bar.refresh()

        yield tell
