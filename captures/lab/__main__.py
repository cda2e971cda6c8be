"""Record genuine traffic of genuine programs, in network namespaces.  Needs root.

    python captures/lab --install         Debian's packages that the scenarios need
    python captures/lab                   all scenarios, two at a time
    python captures/lab slaac teredo      some of them
    python captures/lab --list            what there is

Each scenario writes NAME.pcapng and NAME.truth.json (what was configured) into this folder, or
into the one given with --to.  Nothing leaves the machine, and nothing is left behind on it.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import scenarios  # noqa: E402
from laboratory.lab import Lab  # noqa: E402

NEEDED = ("ip", "dumpcap", "ping", "ethtool", "sysctl")
"""Programs that every scenario uses."""
BASICS = ("iproute2", "iputils-ping", "ethtool", "procps", "wireshark-common")


def names() -> list[str]:
    """The scenarios: the modules of ``scenarios``."""
    return sorted(info.name for info in pkgutil.iter_modules(scenarios.__path__))


def scenario(name: str) -> ModuleType:
    """A scenario: ``record(lab)`` does it, ``PACKAGES`` are Debian's packages that it needs."""
    return importlib.import_module(f"scenarios.{name}")


def record(name: str, folder: Path) -> None:
    """Record one scenario in this process."""
    with Lab(name, folder) as lab:
        scenario(name).record(lab)


def record_apart(name: str, folder: Path) -> bool:
    """Record one scenario in a process of its own, and say how it went."""
    begin = time.monotonic()
    command = [sys.executable, str(HERE), "--here", "--to", str(folder), name]
    done = subprocess.run(command, capture_output=True, text=True)
    took = time.monotonic() - begin
    print(f"{'recorded' if not done.returncode else 'FAILED':9} {name:20} {took:5.1f} s")
    if done.returncode:
        print(done.stdout + done.stderr)
    return not done.returncode


def install() -> int:
    """Install what the scenarios need; no daemon is started by it."""
    packages = {p for name in names() for p in scenario(name).PACKAGES} | set(BASICS)
    policy = Path("/usr/sbin/policy-rc.d")  # Debian asks it whether a daemon may be started
    mine = not policy.exists()
    if mine:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        words = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *sorted(packages)]
        return subprocess.run(words, env=quiet).returncode
    finally:
        if mine:
            policy.unlink()


def main() -> int:
    """Do what the command line says; 1 when a recording failed, 2 when none can be made."""
    parser = argparse.ArgumentParser(prog="python captures/lab")
    parser.add_argument("scenario", nargs="*", help="by default all of them")
    parser.add_argument("--to", type=Path, default=HERE, metavar="FOLDER")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.list:
        for name in names():
            print(f"{name:20} {(scenario(name).__doc__ or '').splitlines()[0]}")
        return 0
    wanted = options.scenario or names()
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        parser.error(f"no scenario is called {', '.join(unknown)}; --list tells them")
    if os.geteuid():
        parser.error("network namespaces need root")
    if options.install:
        return install()
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        parser.error(f"{', '.join(missing)} not installed; --install does it")
    options.to.mkdir(parents=True, exist_ok=True)
    if options.here:
        for name in wanted:
            record(name, options.to)
        return 0
    with ThreadPoolExecutor(options.jobs) as pool:
        went = list(pool.map(lambda name: record_apart(name, options.to), wanted))
    return 0 if all(went) else 1


if __name__ == "__main__":
    sys.exit(main())
