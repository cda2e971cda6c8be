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


def of_packets(path: str, *numbers: int) -> str:
    """Of packets' fields and octets."""
    return command(path, "show", "-V", "-x", "--packets", ",".join(map(str, numbers)))


def of_table(path: str, table: str, filter: str, prefix: int = 0) -> str:
    """Of a table of the statistics, addresses of so many bits together."""
    together = ("--prefix", str(prefix)) if prefix else ()
    return command(path, "report", "--table", table, *together, filter=filter)
