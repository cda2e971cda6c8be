"""Compare two captures packet by packet, field by field."""

from __future__ import annotations

import sys

import click

FORMATS = ("text", "json", "junit", "github", "md", "sarif")
MOST = 20
"""Packets that differ which are shown, and changes that are counted up."""

EXAMPLES = """\b
Examples:
  sixscope diff before.pcapng after.pcapng
  sixscope diff --ignore ipv6.flow,tcp.seq expected.pcap recorded.pcap
  sixscope diff --routed lan.pcapng wan.pcapng    the same packets, a router between
  sixscope diff --inner plain.pcap tunnel.pcap    the same packets, in a tunnel or not
  sixscope diff -Y icmpv6 --unordered a.pcap b.pcap
"""


def _names(ctx: click.Context, param: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for text in texts for name in text.replace(" ", "").split(",") if name)


@click.command("diff", epilog=EXAMPLES)
@click.argument("here", metavar="A")
@click.argument("there", metavar="B")
@click.option("-Y", "condition", metavar="FILTER", default="", help="Only packets that pass.")
@click.option("--ignore", metavar="NAME[,NAME]", multiple=True, callback=_names,
              help="Fields that may differ, by name or beginning of a name.")  # fmt: skip
@click.option("--fields", metavar="NAME[,NAME]", multiple=True, callback=_names,
              help="Compare only these fields.")  # fmt: skip
@click.option("--routed", is_flag=True, help="Link layers and hop limits may differ.")
@click.option("--inner", is_flag=True, help="Only from the innermost IP header on.")
@click.option("--unordered", is_flag=True, help="Packets may come in another order.")
@click.option("--generated", is_flag=True, help="Also what is worked out from other fields.")
@click.option("-T", "form", type=click.Choice(FORMATS), default="text", help="Output format.")
@click.option("--max", "most", metavar="N", type=click.IntRange(min=0), default=MOST,
              show_default=True, help="Packets that are shown.")  # fmt: skip
def command(
    here: str, there: str, condition: str, ignore: tuple[str, ...], fields: tuple[str, ...],
    routed: bool, inner: bool, unordered: bool, generated: bool, form: str, most: int,
) -> int:  # fmt: skip
    """Compare two captures packet by packet, field by field.

    Packets are aligned by their content: first those that are the same, then those that are the
    same on another link, after more hops or in another tunnel, then those of the same protocols
    between the same ends.  Times, numbers of packets, and what is worked out from other fields are
    not compared; each packet is by itself, fragments as they are.  The exit status is 0 where
    nothing differs, 1 where something does, 2 for an error.
    """
    from dissect.api import open_capture
    from dissect.capture.record import CaptureError
    from dissect.cli.main import complain
    from dissect.cli.options import filter_of
    from dissect.difference.captures import CaptureSide
    from dissect.difference.decoded import Choice
    from dissect.difference.differ import Comparison
    from dissect.difference.verdict import verdict_of, write_text
    from dissect.verdict import write

    test = filter_of(condition) if condition else None
    if condition and test is None:
        return 2
    choice = Choice(fields, ignore, generated=generated, inner=inner, routed=routed)
    try:
        with open_capture(here, reassemble=False) as first, \
                open_capture(there, reassemble=False) as second:  # fmt: skip
            sides = CaptureSide(first, choice, test), CaptureSide(second, choice, test)
            comparison = Comparison(*sides, moved=not unordered)
            verdict = verdict_of(comparison, here, there, most)
    except CaptureError as error:
        complain(f"sixscope diff: {error}")
        return 2
    except OSError as error:
        complain(f"sixscope diff: {error.filename}: {error.strerror or error}")
        return 2
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[union-attr]
    if form == "text":
        write_text(sys.stdout, verdict)
    else:
        write(form, sys.stdout, verdict)
    return verdict.status
