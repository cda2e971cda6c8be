"""Write the captures that are made, not recorded; always the same octets.

python captures/make.py            all of them
python captures/make.py FOLDER     somewhere else
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import making  # noqa: E402

FILES: dict[str, Callable[[Path], None]] = {
    name: write
    for module in sorted(info.name for info in pkgutil.iter_modules(making.__path__))
    for name, write in getattr(import_module(f"making.{module}"), "FILES", {}).items()
}
"""What each module of ``making`` makes: file name, and the function that writes it."""


def make(folder: Path = HERE) -> list[Path]:
    """Write every file into a folder."""
    paths = []
    for name, write in FILES.items():
        path = folder / name
        write(path)
        paths.append(path)
    return paths


if __name__ == "__main__":
    for written in make(*map(Path, sys.argv[1:2])):
        print(f"{written.stat().st_size:8}  {written.name}")
