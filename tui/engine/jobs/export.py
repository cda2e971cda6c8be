"""Write packets to a file: as a capture, octet by octet, or as an export of ``sixscope show``."""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from tui.engine.server import Engine

FORMS = {
    ".pcapng": "pcapng", ".pcap": "pcap", ".txt": "tree", ".json": "json", ".pdml": "pdml",
    ".csv": "csv",
}  # fmt: skip
"""Formats by the endings of names."""
CAPTURES = ("pcapng", "pcap")


class Written(NamedTuple):
    """How it went, in a sentence; ``exists``: nothing was written, as the file is there."""

    words: str
    fine: bool
    exists: bool = False


def run(engine: Engine, path: str, numbers: bytes | None, force: bool) -> Iterator[Written]:
    """Write packets by their numbers (32 bits each; None: all).

    force  a file that is there already is overwritten
    """
    target = Path(path)
    form = FORMS.get(target.suffix)
    if form is None:
        yield Written(f"the name has to end in one of {', '.join(FORMS)}", fine=False)
    elif target.exists() and not force:
        yield Written(f"{path} is there already", fine=False, exists=True)
    else:
        wanted = None if numbers is None else array("I", numbers)
        try:
            count = _written(engine, target, form, wanted)
        except OSError as error:
            yield Written(f"{path}: {error.strerror or error}", fine=False)
        else:
            yield Written(f"{count:,} packets written to {path}", fine=True)


def _written(engine: Engine, target: Path, form: str, wanted: array[int] | None) -> int:
    """Write under another name first; hands back how many packets."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", delete=False) as stream:
        try:
            write = _capture if form in CAPTURES else _text
            count = write(engine, stream.file, form, wanted)  # type: ignore[arg-type]
            stream.flush()
            os.replace(stream.name, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(stream.name)
            raise
    return count


def _capture(engine: Engine, stream: BinaryIO, form: str, numbers: array[int] | None) -> int:
    import numpy as np

    from dissect.capture.copy import copier
    from dissect.capture.open import open_records

    chosen = None if numbers is None else np.frombuffer(numbers, np.uint32)
    count = 0
    with open_records(engine.reader.path) as records:
        copy = copier(records, stream, form)
        for stretch in records.stretches():
            all_numbers = np.arange(stretch.first, stretch.first + len(stretch.offsets))
            mask = np.ones(len(all_numbers), np.bool_)
            if chosen is not None:
                mask = np.isin(all_numbers, chosen)
            copy.take(stretch, mask)
            count += int(mask.sum())
        copy.finish(read_all=True)
    return count


def _text(engine: Engine, stream: BinaryIO, form: str, numbers: array[int] | None) -> int:
    import io

    from dissect.export.base import View
    from dissect.show.run import exporter_of

    page = io.TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", newline="\n")
    exporter = exporter_of(form, page, View(path=engine.reader.path))
    exporter.start()
    count = 0
    for number in range(1, engine.reader.packets + 1) if numbers is None else sorted(numbers):
        packet = engine.reader.packet(number)
        if packet is not None:
            exporter.packet(packet)
            count += 1
    exporter.end()
    page.flush()
    page.detach()
    return count
