"""Explain addresses: IPv6, IPv4, prefixes, MAC, EUI-64.

What they tell is found by ``dissect.address``; here it is read and printed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dissect.address.sheet import Options, Sheet

EXAMPLES = """\b
Examples:
  sixscope addr fe80::211:22ff:fe33:4455%eth0     kind, MAC address and vendor, groups
  sixscope addr 2001:db8::/46                     netmask, range, reverse DNS zones
  sixscope addr 00:11:22:33:44:55 ff02::fb        MAC to IPv6; a multicast group
  sixscope addr --nat64 2001:db8:64::/96 192.0.2.1
  sixscope addr --next-iid 0123456789abcdef 00:11:22:33:44:55
  sixscope show -T fields -e ipv6.src f.pcap | sort -u | sixscope addr -T json -
"""


@click.command(epilog=EXAMPLES)
@click.argument("what", metavar="WHAT...", nargs=-1, required=True)
@click.option("-T", "form", type=click.Choice(("text", "json")), default="text", help="Format.")
@click.option("-n", "no_names", is_flag=True, help="No vendors' names for MAC addresses.")
@click.option(
    "--nat64",
    metavar="PREFIX",
    help="A translator's prefix, /32 to /96: IPv4 addresses behind it, both ways (RFC 6052).",
)
@click.option(
    "--next-iid",
    "history",
    metavar="HISTORY",
    help="The temporary interface identifier that follows, from this history value of 64 bits "
    "(RFC 3041, section 3.2.1).",
)
@click.pass_context
def command(
    ctx: click.Context, what: tuple[str, ...], form: str, no_names: bool, nat64: str | None,
    history: str | None,
) -> int:  # fmt: skip
    """Explain addresses: what they are, what is inside, what follows from them.

    WHAT is an IPv6 or IPv4 address, with a prefix length or netmask if you like, a MAC address,
    an EUI-64, or an interface identifier such as 211:22ff:fe33:4455; - reads them from standard
    input, one a line.
    """
    from dissect.address.sheet import Options
    from dissect.address.text import NotAnAddress

    try:
        options = Options(not no_names, _translator(nat64), _history(history))
    except NotAnAddress as error:
        raise click.UsageError(str(error), ctx) from None
    sys.stdout.reconfigure(  # type: ignore[union-attr]
        encoding="utf-8", errors="backslashreplace", newline="\n"
    )
    printer = (Json if form == "json" else Text)()
    status = 0
    for text, where in _lines(what):
        try:
            printer.show(text, _explained(text, options))
        except NotAnAddress as error:
            from dissect.cli.main import complain

            sys.stdout.flush()
            complain(f"sixscope addr: {where}{_short(text)}: {error}")
            status = 2
    printer.end()
    return status


def _explained(text: str, options: Options) -> tuple[str, Sheet]:
    from dissect.address.explain import explain
    from dissect.address.text import read

    typed = read(text)
    return typed.sort, explain(typed, options)


def _lines(what: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each address, and where it stands if that isn't the command line."""
    for argument in what:
        if argument != "-":
            yield argument, ""
            continue
        for number, line in enumerate(sys.stdin.buffer, 1):
            text = line.decode("utf-8", "surrogateescape").strip()
            if text:
                yield text, f"line {number}: "


def _short(text: str) -> str:
    return repr(text) if len(text) <= 64 else repr(text[:60]) + "…"


def _translator(text: str | None) -> tuple[bytes, int] | None:
    from dissect.address.embed import LENGTHS
    from dissect.address.prefix import Prefix
    from dissect.address.text import NotAnAddress, read

    if text is None:
        return None
    try:
        typed = read(text)
    except NotAnAddress as error:
        raise NotAnAddress(f"--nat64: {error}") from None
    if typed.sort != "ipv6" or typed.length not in LENGTHS:
        raise NotAnAddress(
            f"--nat64: an IPv6 prefix of length {', '.join(map(str, LENGTHS[:-1]))} or 96"
        )
    if Prefix.of(typed.octets, typed.length).network != typed.octets:
        raise NotAnAddress(f"--nat64: bits are set after the first {typed.length}")
    return typed.octets, typed.length


def _history(text: str | None) -> bytes | None:
    from dissect.address.text import NotAnAddress, read

    if text is None:
        return None
    try:
        typed = read(text)
    except NotAnAddress:
        typed = None
    if typed is None or len(typed.octets) != 8:
        raise NotAnAddress("--next-iid: a history value is 64 bits, 16 hexadecimal digits")
    return typed.octets


class Text:
    """For people: one aligned block per address."""

    def __init__(self) -> None:
        self._shown = 0

    def show(self, text: str, explained: tuple[str, Sheet]) -> None:
        """Print one address."""
        from dissect.export.sanitise import visible

        _, sheet = explained
        facts = [fact for fact in sheet if fact.label]
        width = max(len(fact.label) for fact in facts)
        rows = [
            f"  {label:{width}}  {visible(line)}".rstrip()
            for fact in facts
            for label, line in zip(
                (fact.label, *[""] * (len(fact.lines) - 1)), fact.lines, strict=True
            )
        ]
        gap = "\n" if self._shown else ""
        click.echo(f"{gap}{visible(text)}\n" + "\n".join(rows))
        self._shown += 1

    def end(self) -> None:
        """Nothing follows the last one."""


class Json:
    """For programs: an array of objects, written one by one."""

    def __init__(self) -> None:
        self._shown = 0

    def show(self, text: str, explained: tuple[str, Sheet]) -> None:
        """Print one address."""
        import json

        sort, sheet = explained
        made = {"input": text, "type": sort} | {fact.key: fact.value for fact in sheet}
        click.echo(",\n" if self._shown else "[\n", nl=False)
        click.echo(json.dumps(made, indent=2), nl=False)
        self._shown += 1

    def end(self) -> None:
        """Close the array."""
        click.echo("\n]" if self._shown else "[]")
