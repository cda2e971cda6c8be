"""List the fields that can be shown and printed.

Name, type, label and protocol, as Wireshark has them.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

import click

EXAMPLES = """\b
Examples:
  sixscope fields                 all of them
  sixscope fields ra.router       those with these words in name or label
  sixscope fields 'icmpv6.nd.*'   those whose name matches
"""


@click.command(epilog=EXAMPLES)
@click.argument("pattern", required=False, default="")
@click.option("-T", "form", type=click.Choice(("text", "json")), default="text", help="Format.")
def command(pattern: str, form: str) -> None:
    """List fields: name, type, label, protocol.

    PATTERN is a part of the name or label, or with * and ? the whole name; case doesn't matter.
    """
    import dissect.api  # declares the fields  # noqa: F401
    from dissect.engine.header import headers, plan_of
    from dissect.engine.kinds import field_type, owner
    from dissect.engine.tables import DISSECTORS
    from dissect.engine.tree import FIELDS

    for header in headers():
        plan_of(header)  # settles the types that its layout gives
    rows = [
        (field.name, field_type(field), field.label, owner(field.name))
        for _, field in sorted(FIELDS.items())
        if _matches(pattern.lower(), field.name.lower(), field.label.lower())
        and (field.name in DISSECTORS or field.label)
    ]
    print_rows(("name", "type", "label", "protocol"), rows, form)


def _matches(pattern: str, name: str, label: str) -> bool:
    if "*" in pattern or "?" in pattern:
        return fnmatch.fnmatchcase(name, pattern)
    return pattern in name or pattern in label


def print_rows(titles: tuple[str, ...], rows: Sequence[tuple[str, ...]], form: str) -> None:
    """A list of equal rows as tab-separated lines, or as a JSON array of objects."""
    if form == "json":
        import orjson

        objects = [dict(zip(titles, row, strict=True)) for row in rows]
        click.echo(orjson.dumps(objects, option=orjson.OPT_INDENT_2))
        return
    for row in rows:
        click.echo("\t".join(row))
