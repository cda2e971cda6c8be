"""List the protocols that are decoded.

Name in filters, short name and title, and where each is found.
"""

from __future__ import annotations

import click

from dissect.cli.fields import print_rows


@click.command()
@click.option("-T", "form", type=click.Choice(("text", "json")), default="text", help="Format.")
def command(form: str) -> None:
    """List protocols: name, short name, title, what leads to them, how they are decoded.

    "generic" marks those shown by their header's plain layout only.
    """
    import dissect.protocols  # registers them  # noqa: F401
    from dissect.engine.tables import DISSECTORS, FALLBACKS, lookup

    entries = dict(DISSECTORS)
    for table, generic in FALLBACKS.items():
        for key, entry in generic.items():
            if lookup(table, key) is entry:  # not taken over by a full decoder
                entries.setdefault(entry.name, entry)
    rows = [
        (
            entry.name,
            entry.short,
            entry.title,
            " ".join(f"{table}={_keys(keys)}" for table, keys in sorted(entry.keys.items())),
            "generic" if entry.generic else "full",
        )
        for _, entry in sorted(entries.items())
    ]
    print_rows(("name", "short", "title", "reached_by", "decode"), rows, form)


def _keys(keys: tuple[object, ...]) -> str:
    return ",".join(map(str, keys))
