"""The command line that shows what a view shows."""

from __future__ import annotations

import shlex


def command(path: str, *words: str, filter: str = "") -> str:
    """``sixscope show -V --packets 5 -Y '…' capture.pcapng``."""
    condition = ("-Y", filter) if filter else ()
    return shlex.join(["sixscope", *words, *condition, path])


def of_list(path: str, filter: str, time: str) -> str:
    """Of the packet list."""
    return command(path, "show", *(() if time == "r" else ("-t", time)), filter=filter)


def of_packet(path: str, number: int) -> str:
    """Of a packet's fields."""
    return command(path, "show", "-V", "-x", "--packets", str(number))


def of_table(path: str, table: str, filter: str) -> str:
    """Of a table of the statistics."""
    return command(path, "report", "--table", table, filter=filter)
