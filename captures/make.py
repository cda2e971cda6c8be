"""Write the captures that are made, not recorded; always the same octets.

python captures/make.py            all of them
python captures/make.py FOLDER     somewhere else
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from making import formats, icmpv6, ipv4, ipv6, link, tour  # noqa: E402

FILES = {
    "tour.pcapng": tour.write,
    **ipv6.FILES,
    **icmpv6.FILES,
    **ipv4.FILES,
    **link.FILES,
    **formats.FILES,
}


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
