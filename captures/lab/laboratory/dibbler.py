"""Dibbler, whose programs have their files at fixed places."""

from __future__ import annotations

import shutil
from pathlib import Path

from laboratory.host import Host
from laboratory.process import Process

KEPT = ("/var/lib/dibbler", "/var/log/dibbler")


def start(host: Host, role: str, text: str) -> Process:
    """Start its server, client or relay; a second start finds what the first has kept.

    It gets an /etc of its own: the client rewrites resolv.conf and localtime there.
    """
    etc = host.folder / "etc"
    if not etc.exists():
        private_etc(host)
    shutil.rmtree(etc / "dibbler", ignore_errors=True)
    (etc / "dibbler").mkdir()
    (etc / "dibbler" / f"{role}.conf").write_text(text)
    private = {"/etc": etc}
    for place in KEPT:
        private[place] = host.folder / place.strip("/").replace("/", "-")
        private[place].mkdir(exist_ok=True)
    return host.start(f"dibbler-{role}", "run", private=private)


def private_etc(host: Host) -> Path:
    """A copy of /etc for a program that writes into it."""
    etc = host.folder / "etc"
    shutil.copytree("/etc", etc, symlinks=True, ignore_dangling_symlinks=True)
    return etc
