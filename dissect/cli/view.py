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
  sixscope view --serve capture.pcapng    in a browser, on this machine only
"""


@click.command(epilog=EXAMPLES)
@click.argument("paths", metavar="[FILE]...", nargs=-1)
@click.option("--profile", default="", metavar="NAME", help="Settings of this name besides.")
@click.option("--serve", is_flag=True, help="Show it in a browser on this machine instead.")
@click.option(
    "--port",
    default=8000,
    metavar="PORT",
    help="Of --serve.",
    show_default=True,
    type=click.IntRange(1, 65535),
)
@click.pass_context
def command(
    ctx: click.Context, paths: tuple[str, ...], profile: str, serve: bool, port: int
) -> int:  # fmt: skip
    """Look at captures in the terminal.  Press ? there for all keys.

    FILE is a capture, - is standard input; several can be switched between, without one you choose.
    """
    for path in paths:
        if path != "-" and not os.path.exists(path):
            raise click.UsageError(f"{path}: no such file, and no command of that name", ctx.parent)
        if path != "-" and os.path.isdir(path):
            raise click.UsageError(f"{path}: a folder, not a capture", ctx.parent)
    if serve:
        return _serve(ctx, paths, profile, port)
    terminal = sys.stdout.isatty() and ("-" in paths or sys.stdin.isatty())
    if not terminal and "TEXTUAL_DRIVER" not in os.environ:  # a browser's has none
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


def _serve(ctx: click.Context, paths: tuple[str, ...], profile: str, port: int) -> int:
    if not paths or "-" in paths:
        raise click.UsageError("--serve needs files", ctx.parent)
    from tui.serve import NotInstalled, serve

    try:
        return serve(paths, profile, port)
    except NotInstalled as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"port {port}: {error.strerror or error}") from None
