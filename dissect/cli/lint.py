"""Judge captures by the RFCs: what is wrong, by which clause, and what to do about it.

The rules are in ``dissect.lint``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from dissect.cli.options import color_option, is_colored

if TYPE_CHECKING:
    from dissect.lint.config import Config
    from dissect.lint.run import Progress

FORMATS = ("text", "json", "sarif", "junit", "github", "md")
LEVELS = ("error", "warning", "note")

EXAMPLES = """\b
Examples:
  sixscope lint capture.pcapng                        everything, the worst first
  sixscope lint --select NDP,RAD --ignore note *.pcap  areas, levels, single rules
  sixscope lint --explain NDP-001                     why, the clause, an example
  sixscope lint -T sarif --fail-on warning x.pcap > x.sarif
  sixscope lint --baseline known.json x.pcap          only what is new counts
"""


def _words(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Words from several options, each with commas."""
    return tuple(word for text in given for word in text.split(",") if word.strip())


@click.command(epilog=EXAMPLES)
@click.argument("files", metavar="FILE...", nargs=-1)
@click.option("-T", "form", type=click.Choice(FORMATS), default="text", help="Output format.")
@click.option(
    "--select",
    metavar="WORDS",
    multiple=True,
    callback=_words,
    help="Only these rules: ids (NDP-001), areas (NDP) or levels, with commas.",
)
@click.option("--ignore", metavar="WORDS", multiple=True, callback=_words, help="Not these rules.")
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS),
    help="The least level that makes the exit status 1; error by default.",
)
@click.option(
    "--config",
    metavar="TOML",
    type=click.Path(),
    help="Configuration; by default sixscope.toml in this folder, if it is there.",
)
@click.option(
    "--baseline",
    metavar="JSON",
    type=click.Path(),
    help="Findings that are known: they are shown, and don't count.",
)
@click.option(
    "--update-baseline", is_flag=True, help="Write what is found now to the baseline file."
)
@click.option("--list", "listing", is_flag=True, help="Only say which rules there are.")
@click.option("--explain", metavar="RULE", help="Only explain a rule, with an example.")
@color_option
@click.pass_context
def command(
    ctx: click.Context, files: tuple[str, ...], form: str, select: tuple[str, ...],
    ignore: tuple[str, ...], fail_on: str | None, config: str | None, baseline: str | None,
    update_baseline: bool, listing: bool, explain: str | None, color: str,
) -> int:  # fmt: skip
    """Judge captures by rules from RFCs; FILE may be - for standard input.

    The exit status is 1 if there are findings of the level --fail-on, 2 if something can't be read.
    """
    from dissect.lint.config import ConfigError

    sys.stdout.reconfigure(  # type: ignore[union-attr]
        encoding="utf-8", errors="backslashreplace", newline="\n"
    )
    try:
        settings = _settings(config, select, ignore, fail_on)
        if listing:
            return _list(settings)
        if explain is not None:
            return _explain(explain)
        if not files:
            raise click.UsageError("Missing argument 'FILE...'.", ctx)
        if update_baseline and baseline is None:
            raise click.UsageError("--update-baseline needs --baseline JSON", ctx)
        return _judge(files, settings, form, baseline, color, update=update_baseline)
    except (ConfigError, ValueError) as error:
        raise click.ClickException(str(error)) from None


def _settings(
    config: str | None, select: tuple[str, ...], ignore: tuple[str, ...], fail_on: str | None
) -> Config:
    """The configuration file, and what the command line says in its place."""
    from dissect.lint import chosen
    from dissect.lint.config import read_config
    from dissect.verdict import Level

    settings = read_config(config)
    if select:
        settings = replace(settings, select=select)
    if ignore:
        settings = replace(settings, ignore=(*settings.ignore, *ignore))
    if fail_on is not None:
        settings = replace(settings, fail_on=Level.of(fail_on))
    chosen(settings.select, settings.ignore)
    return settings


def _list(settings: Config) -> int:
    from dissect.lint import chosen

    for rule in chosen(settings.select, settings.ignore):
        about = rule.rule
        click.echo(f"{about.id}  {about.level.word:7}  {about.title}  [{about.ref}]")
    return 0


def _explain(id: str) -> int:
    from dissect.lint import load
    from dissect.lint.explain import explain

    rules = load()
    rule = rules.get(id.upper())
    if rule is None:
        raise ValueError(f"no rule is called {id!r} (--list names them)")
    click.echo(explain(rule), nl=False)
    return 0


def _judge(
    files: tuple[str, ...], settings: Config, form: str, baseline: str | None, color: str, *,
    update: bool,
) -> int:  # fmt: skip
    from dissect.cli.main import complain
    from dissect.export.place import Refused, new_file
    from dissect.lint.config import baseline_of, read_baseline
    from dissect.lint.judge import judge
    from dissect.verdict import write

    known = frozenset[str]()
    if baseline is not None and not update:
        known = read_baseline(baseline)
    with _progress() as progress:
        verdict = judge(files, settings, known=known, progress=progress)
    if update and baseline is not None:
        try:
            with new_file(baseline, force=True) as path:
                path.write_bytes(baseline_of(verdict))
        except Refused as error:
            raise click.ClickException(str(error)) from None
        except OSError as error:
            raise click.ClickException(f"{baseline}: {error.strerror or error}") from None
    write(form, sys.stdout, verdict, color=is_colored(color))
    sys.stdout.flush()
    for failure in verdict.failures:
        complain(f"sixscope: {failure}")
    return 2 if verdict.failures else 0 if update else verdict.status


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """How many packets are done, on stderr, if that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield lambda packets: status.update(f"{packets:,} packets")
