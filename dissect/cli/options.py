"""Options that several subcommands have: packet numbers, display filters, colours."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from dissect.show.selection import Ranges, parse_ranges

if TYPE_CHECKING:
    from dissect.filter import Filter


def packet_ranges(ctx: click.Context, param: click.Parameter, text: str | None) -> Ranges | None:
    """The ranges of --packets."""
    try:
        return None if text is None else parse_ranges(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def filter_of(text: str) -> Filter | None:
    """A filter from its text; None if there is a mistake in it, which is told with its place."""
    from dissect.filter import FilterError, compile_filter

    try:
        return compile_filter(text)
    except FilterError as error:
        lines = [f"sixscope: -Y: {error.message}", *error.picture(text).split("\n")]
        click.echo(visible_lines("\n".join([*lines, error.question]).rstrip("\n")), err=True)
    return None


color_option = click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    help="Colours for people; by default on a terminal, unless NO_COLOR is set.",
)


def is_colored(color: str) -> bool:
    """Whether to write colours: auto means on a terminal, unless NO_COLOR is set."""
    if color != "auto":
        return color == "always"
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def visible_lines(text: str) -> str:
    """Lines as a terminal may have them, nothing in them but text."""
    from dissect.export.sanitise import visible

    return "\n".join(map(visible, text.split("\n")))
