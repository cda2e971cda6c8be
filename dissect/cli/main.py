"""The ``sixscope`` command: finds subcommands, and turns every failure into one line."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from dissect.engine.garbage import calm

HERE = Path(__file__).parent
NOT_COMMANDS = {"__init__", "main", "options", "stdout"}

EXAMPLES = """\b
Examples:
  sixscope capture.pcapng                 look at it in the terminal
  sixscope show capture.pcapng            one line a packet
  sixscope show -V -c 1 capture.pcapng    the first packet in detail
  tcpdump -w - | sixscope show -          packets as they arrive
  sixscope show --help                    formats and options
"""


class Subcommands(click.Group):
    """The subcommands in this folder, imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted(f.stem for f in HERE.glob("*.py") if f.stem not in NOT_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a subcommand; None if there is none of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        found = import_module(f"dissect.cli.{cmd_name}").command
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List names and summaries without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(name)) for name in self.list_commands(ctx)])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Without arguments, at a terminal, a file is chosen on the screen."""
        if not args and sys.stdin.isatty() and sys.stdout.isatty():
            args = ["view"]
        elif args and (args[0] == "--profile" or args[0].startswith("--profile=")):
            args = ["view", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A file's name where a subcommand is expected is looked at."""
        name = args[0]
        is_file = name == "-" or "." in name or os.sep in name or os.path.exists(name)
        if is_file and name not in self.list_commands(ctx) and name[:2] != "--":
            return "view", self.get_command(ctx, "view"), args
        return super().resolve_command(ctx, args)

    def main(  # type: ignore[override]  # never returns
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> Any:
        """Run, and exit: 0 for success, 2 for an error, told in one line."""
        extra["standalone_mode"] = False
        calm()
        sys.exit(self._status(args, prog_name or "sixscope", extra))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a subcommand; being interrupted, or not read any more, is no error to talk about."""
        try:
            status = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt:
            return 130
        except BrokenPipeError:
            return _unread(0)
        except OSError as error:
            complain(f"sixscope: output: {error.strerror or error}")
            return _unread(2)
        return status

    def _status(self, args: Sequence[str] | None, prog_name: str, extra: dict[str, Any]) -> int:
        try:
            status = super().main(args, prog_name, **extra)
        except click.exceptions.NoArgsIsHelpError as help_text:
            click.echo(help_text.format_message())
            return 2
        except click.ClickException as error:
            context = getattr(error, "ctx", None)
            where = context.command_path if context is not None else prog_name
            complain(f"{where}: {error.format_message()}")
            return 2
        except click.Abort:
            return 130
        return status if isinstance(status, int) else 0


def complain(message: str) -> None:
    """One line on stderr."""
    from dissect.export.sanitise import visible

    click.echo(visible(" ".join(message.split("\n"))), err=True)


def _unread(status: int) -> int:
    """Nobody takes our output any more; Python must not complain when it flushes the rest."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _summary(name: str) -> str:
    text = (HERE / f"{name}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or "").split("\n")[0]


def _version(ctx: click.Context, param: click.Parameter, asked: bool) -> None:
    if asked:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"sixscope {version('sixscope')}")
        except PackageNotFoundError:  # run from a source tree
            click.echo("sixscope, not installed")
        ctx.exit()


@click.group(
    "sixscope",
    cls=Subcommands,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
    help="Show the version and exit.",
)  # fmt: skip
def main() -> None:
    """Look into network captures: IPv6 first, and everything that carries it."""
