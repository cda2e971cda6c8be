"""Compare our decode of captures with tshark's, field by field.

tshark runs through pyshark, one packet at a time decoded by both; see ``dissect.crosscheck``.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from dissect.crosscheck.tally import Counts, Example, Tally

FORMATS = ("text", "json", "junit", "sarif", "github", "md")

COLUMNS = ("protocol", "agreed", "different", "missing", "only here", "not reached",
           "tshark wrong", "found", "agreed")  # fmt: skip

EXAMPLES = """\b
Examples:
  sixscope crosscheck capture.pcapng                  a table of all protocols
  sixscope crosscheck --show 20 --protocols ipv6,icmpv6 *.pcap
  sixscope crosscheck -T json capture.pcapng | jq .protocols.ipv6
  sixscope crosscheck -T junit captures/*.pcapng > crosscheck.xml
"""


@click.command("crosscheck", epilog=EXAMPLES)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--show", "shown", metavar="N", type=click.IntRange(min=0), default=0,
              help="The N fields that disagree most, with packets and both values.")  # fmt: skip
@click.option("--protocols", metavar="eth,ip,...",
              help="Judge these protocols' fields; by default all that we decode.")  # fmt: skip
@click.option("--reassembly/--no-reassembly", "reassemble", default=True, show_default=True,
              help="Whether both put fragments together.")  # fmt: skip
@click.option("--geoip", metavar="FOLDER", default="", type=click.Path(file_okay=False),
              help="Both look addresses up in the databases (*.mmdb) there.")  # fmt: skip
@click.option("-T", "form", type=click.Choice(FORMATS), default="text",
              help="Format; junit, sarif, github and md are for CI.")  # fmt: skip
@click.option("--jobs", metavar="N", type=click.IntRange(min=1), default=os.cpu_count() or 1,
              show_default="processors", help="Captures compared at a time.")  # fmt: skip
def crosscheck(
    files: tuple[str, ...], shown: int, protocols: str | None, reassemble: bool, geoip: str,
    form: str, jobs: int,
) -> int:  # fmt: skip
    """Compare our decode with tshark's, field by field: name, offset, length and value.

    "Not reached" is what tshark decodes behind a protocol that we don't decode yet; "tshark wrong"
    what an RFC decides against tshark. The exit status is 1 for any other disagreement, 2 where
    something could not be compared.
    """
    from dissect.crosscheck.tally import Tally, check_files
    from dissect.crosscheck.tshark import TSharkMissing
    from dissect.engine.preferences import PreferenceError

    judged = frozenset(protocols.replace(" ", "").split(",")) if protocols else None
    total = Tally()
    tallies: list[tuple[str, Tally]] = []
    waiting = sys.stderr.isatty() and len(files) > 1
    wishes = {"geoip": geoip} if geoip else {}
    try:
        checked = check_files(files, judged, reassemble=reassemble, preferences=wishes, jobs=jobs)
        for done, (path, tally) in enumerate(checked, 1):
            total.add(tally)
            tallies.append((path, tally))
            if waiting:
                click.echo(f"\r{done}/{len(files)} files", nl=False, err=True)
    except (TSharkMissing, PreferenceError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        if waiting:
            click.echo("\r\x1b[K", nl=False, err=True)
    if form == "json":
        _print_json(total, shown)
    elif form == "text":
        _print_text(total, shown)
    else:
        from dissect.crosscheck.verdict import verdict_of
        from dissect.verdict import write

        write(form, sys.stdout, verdict_of(tallies))
    for error_text in total.errors:
        click.echo(_visible(f"sixscope crosscheck: {error_text}"), err=True)
    return 2 if total.errors else 0 if total.agrees else 1


command = crosscheck


def _print_text(total: Tally, shown: int) -> None:
    rows = [_row(name, counts) for name, counts in total.protocols().items()]
    widths = [max(map(len, column)) for column in zip(COLUMNS, *rows, strict=True)]
    for row in (COLUMNS, *rows):
        cells = (c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths)))  # noqa: B905
        click.echo("  ".join(cells).rstrip())
    files = "1 file" if total.files == 1 else f"{total.files} files"
    click.echo(f"{total.packets} packets in {files}")
    for name, counts in total.worst(shown):
        click.echo(f"\n{name}: {_words(counts)}")
        for example in counts.examples:
            for line in _lines(example):
                click.echo(_visible(line))
    if total.wrong:
        click.echo("\nWhere tshark is wrong:")
        for reason, count in total.wrong.most_common():
            click.echo(f"{count:8}  {reason}")
    for problem in total.problems:
        click.echo(_visible(f"problem: {problem}"))


def _row(name: str, counts: Counts) -> tuple[str, ...]:
    numbers = (counts.agreed, counts.different, counts.missing, counts.extra, counts.unreached,
               counts.wrong)  # fmt: skip
    return name, *map(str, numbers), _percent(counts.found), _percent(counts.right)


def _percent(value: float) -> str:
    """Two decimals, but never 100 for less."""
    return f"{int(value * 100) / 100:.2f}%"


def _words(counts: Counts) -> str:
    parts = ((counts.different, "different"), (counts.missing, "missing"),
             (counts.extra, "only here"))  # fmt: skip
    return ", ".join(f"{number} {word}" for number, word in parts if number)


def _lines(example: Example) -> list[str]:
    lines = [f"  {os.path.basename(example.path)} packet {example.packet}"]
    for side, row in (("here  ", example.ours), ("tshark", example.theirs)):
        if row is not None:
            value = row.show if len(row.show) <= 100 else row.show[:99] + "…"
            lines.append(f"    {side}  {row.offset}+{row.length}  {value}")
    return lines


def _visible(text: str) -> str:
    from dissect.export.sanitise import visible

    return visible(text)


def _print_json(total: Tally, shown: int) -> None:
    import orjson

    answer = {
        "files": total.files,
        "packets": total.packets,
        "agrees": total.agrees,
        "protocols": {name: _numbers(counts) for name, counts in total.protocols().items()},
        "fields": [
            {"name": name, **_numbers(counts), "examples": [_json(e) for e in counts.examples]}
            for name, counts in total.worst(shown)
        ],
        "tshark_wrong": dict(total.wrong.most_common()),
        "problems": total.problems,
        "errors": total.errors,
    }
    click.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2))


def _numbers(counts: Counts) -> dict[str, float]:
    return {
        "agreed": counts.agreed,
        "different": counts.different,
        "missing": counts.missing,
        "only_here": counts.extra,
        "not_reached": counts.unreached,
        "tshark_wrong": counts.wrong,
        "found_percent": round(counts.found, 3),
        "agreed_percent": round(counts.right, 3),
    }


def _json(example: Example) -> dict[str, Any]:
    return {
        "file": example.path,
        "packet": example.packet,
        "here": example.ours._asdict() if example.ours else None,
        "tshark": example.theirs._asdict() if example.theirs else None,
    }
