"""Answer questions in SQL about the packets of captures."""

from __future__ import annotations

import shutil
import sys

import click

from dissect.cli.options import filter_of

FORMATS = ("text", "csv", "json", "ndjson", "md")

EXAMPLES = """\b
Examples:
  sixscope sql big.pcapng "select src, count(*) n from packets group by src order by n desc limit 9"
  sixscope sql big.pcapng "select chain, sum(length) octets from packets group by chain" -T csv
  sixscope sql a.pcap b.pcap "select file, min(time), max(time) from packets group by file"
  sixscope sql --schema
"""


@click.command(epilog=EXAMPLES)
@click.argument("files", metavar="FILE... QUERY", nargs=-1)
@click.option("-T", "form", type=click.Choice(FORMATS), default="text", help="Output format.")
@click.option("-Y", "condition", metavar="FILTER", help="Only packets that pass a display filter.")
@click.option("--schema", is_flag=True, help="Only print the columns, their types and meaning.")
@click.pass_context
def command(
    ctx: click.Context, files: tuple[str, ...], form: str, condition: str | None, schema: bool
) -> int:
    """Answer QUERY, in SQL, about the table "packets": a row a packet of all FILEs.

    Only the columns that the query mentions are made.  With several files the column "file" says
    which one.  Of a damaged FILE all before the damage is counted; then the damage is reported,
    and the exit status is 2.
    """
    if schema:
        _print_schema()
        return 0
    if len(files) < 2:
        raise click.UsageError("needs a capture and a query: FILE... QUERY", ctx)
    test = None
    if condition is not None:
        test = filter_of(condition)
        if test is None:
            return 2
    from dissect.capture.record import CaptureError
    from dissect.cli.main import complain
    from dissect.filter.chosen import Chosen
    from dissect.table import Captures, query

    captures = Captures(files[:-1], chosen=Chosen(test))
    try:
        answer = query.query(captures, files[-1])
    except (query.WrongQuery, CaptureError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        name = error.filename or " ".join(files[:-1])
        raise click.ClickException(f"{name}: {error.strerror or error}") from None
    if form == "text":
        text = query.as_text(answer, shutil.get_terminal_size().columns if _terminal() else None)
    else:
        text = {"csv": query.as_csv, "json": query.as_json, "ndjson": query.as_ndjson,
                "md": query.as_markdown}[form](answer)  # fmt: skip
    click.echo(text, nl=False)
    for damage in captures.damage:
        complain(f"sixscope: {damage}")
    return 2 if captures.damage else 0


def _terminal() -> bool:
    return sys.stdout.isatty()


def _print_schema() -> None:
    """Name, SQL type and meaning, a column a line."""
    from dissect.table.schema import COLUMNS, type_name

    for name, column in COLUMNS.items():
        click.echo(f"{name:17}{type_name(column.dtype):11}{column.meaning}")
    click.echo(f"{'file':17}{'text':11}the capture's name; only where there are several")
