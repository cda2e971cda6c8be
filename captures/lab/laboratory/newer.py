"""Programs of a newer Debian, beside the machine's own: unpacked into a folder, not installed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from laboratory.process import run

MIRROR = "http://deb.debian.org/debian"
LIBRARIES = "usr/lib/x86_64-linux-gnu"
KEPT = Path(tempfile.gettempdir()) / "sixscope-lab-newer"


def fetch(suite: str, *packages: str) -> Path:
    """Packages of a suite ("bookworm-backports", "trixie"), unpacked together; once is enough.

    Nothing of the machine's package lists is touched.  Raises Failed without a Debian mirror.
    """
    folder = KEPT / f"{suite}-{packages[0]}"
    if folder.exists():
        return folder
    KEPT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT) as name:
        work = Path(name)
        work.chmod(0o755)
        (work / "lists" / "partial").mkdir(parents=True)
        (work / "sources").write_text(f"deb {MIRROR} {suite} main\n")
        settings = {
            "Dir::Etc::sourcelist": work / "sources", "Dir::Etc::sourceparts": "/nonexistent",
            "Dir::State::lists": work / "lists", "Dir::Cache": work / "cache",
            "APT::Sandbox::User": "root",
        }  # fmt: skip
        options = [word for item in settings.items() for word in ("-o", "{}={}".format(*item))]
        run(("apt-get", *options, "update"), seconds=60)
        wanted = " ".join(f"{package}/{suite}" for package in packages)
        words = " ".join(options)
        run(("bash", "-c", f"cd {work} && apt-get {words} download {wanted}"), seconds=60)
        unpacked = work / "unpacked"
        for archive in sorted(work.glob("*.deb")):
            run(("dpkg", "-x", str(archive), str(unpacked)))
        unpacked.rename(folder)
    return folder


def own_loader(folder: Path, *paths: str) -> tuple[str, ...]:
    """The words to run a program with the libraries of its own suite; ``paths``: further ones."""
    libraries = ":".join(str(folder / path) for path in (LIBRARIES, *paths))
    return str(folder / LIBRARIES / "ld-linux-x86-64.so.2"), "--library-path", libraries
