"""Look at captures in the terminal; what ``sixscope FILE`` does.

The screen is the package ``tui``'s, which is imported only here.
"""

from __future__ import annotations

import os
import sys

import click

EXAMPLES = """\b
Examples:
  sixscope capture.pcapng                 the same as: sixscope view capture.pcapng
  sixscope                                choose a file
  tcpdump -U -w - | sixscope -            packets as they arrive
  sixscope --profile work a.pcap b.pcap   settings of a profile; several files
"""


@click.command(epilog=EXAMPLES)
@click.argument("paths", metavar="[FILE]...", nargs=-1)
@click.option("--profile", default="", metavar="NAME", help="Settings of this name besides.")
@click.pass_context
def command(ctx: click.Context, paths: tuple[str, ...], profile: str) -> int:
    """Look at captures in the terminal.  Press ? there for all keys.

    FILE is a capture, - is standard input; several can be switched between, without one you choose.
    """
    for path in paths:
        if path != "-" and not os.path.exists(path):
            raise click.UsageError(f"{path}: no such file, and no command of that name", ctx.parent)
        if path != "-" and os.path.isdir(path):
            raise click.UsageError(f"{path}: a folder, not a capture", ctx.parent)
    if not sys.stdout.isatty() or ("-" not in paths and not sys.stdin.isatty()):
        shown = paths[0] if paths else "FILE"
        raise click.UsageError(
            f"without a terminal, to see packets: sixscope show {shown}", ctx.parent
        )
    from tui import run
    from tui.model.settings import SettingsError

    try:
        return run(paths, profile=profile)
    except SettingsError as error:
        raise click.UsageError(str(error), ctx.parent) from None
    except OSError as error:  # there is no terminal beside what comes on standard input
        raise click.UsageError(f"{error.filename}: {error.strerror}", ctx.parent) from None
