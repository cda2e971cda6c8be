"""``[golden]``: the decode of a capture, kept as text beside the file of expectations."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from dissect.api import Capture
from dissect.check.failure import Failure, packets_text
from dissect.check.load import Plan
from dissect.check.model import Golden
from dissect.check.reading import Reading
from dissect.difference.decoded import Choice, Decoded, decoded
from dissect.difference.differ import Comparison
from dissect.difference.words import lines_of, summary_of
from dissect.difference.written import NotGolden, Written
from dissect.filter import compile_filter
from dissect.filter.passing import passing

ENDING = ".golden.txt"
PACKETS = 10
"""Packets that are shown of those that differ."""


def golden_path(plan: Plan, capture: str) -> Path:
    """Where the golden of a capture is."""
    return Path(plan.path).parent / (Path(capture).name + ENDING)


def check_golden(
    plan: Plan, reading: Reading, *, update: bool = False
) -> tuple[list[Failure], str]:
    """Compare with the golden; hands back what differs, and the file that was written, if any.

    Raises OSError, and as reading does.
    """
    golden = plan.spec.golden
    assert golden is not None
    path = golden_path(plan, reading.path)
    name = Path(reading.path).name
    with tempfile.TemporaryFile() as fresh, reading.open() as capture:
        choice = _choice(golden)
        settings = choice.text + (
            f", of packets that pass {golden.filter}" if golden.filter else ""
        )
        now = Written.write(fresh, name, settings, _decodes(capture, golden, choice))
        failures = list(_compared(path, name, now))
        if not (update and failures):
            return failures, ""
        if path.exists():
            _refuse_others(path)
        fresh.seek(0)
        _replace(path, fresh.read())
        return [], str(path)


def _choice(golden: Golden) -> Choice:
    return Choice(tuple(golden.fields), tuple(golden.ignore), times=golden.times)


def _decodes(capture: Capture, golden: Golden, choice: Choice) -> Iterator[Decoded]:
    packets = passing(capture, compile_filter(golden.filter)) if golden.filter else capture
    for packet in packets:
        yield decoded(packet, choice)


def _compared(path: Path, name: str, now: Written) -> Iterator[Failure]:
    """What is wrong: at most one thing."""
    expected = f"the decode that {path.name} has"
    renew = "sixscope check --update writes it anew"
    try:
        with path.open("rb") as stream:
            then = Written.read(stream)
            if then.settings != now.settings:
                yield Failure(
                    "golden", f"{expected}, of {then.settings}", f"a [golden] of {now.settings}",
                    hints=(renew,),
                )  # fmt: skip
                return
            comparison = Comparison(then, now)
            lines: list[str] = []
            shown = 0
            for different in comparison.differences():
                shown += 1
                if shown <= PACKETS:
                    lines += lines_of(different, path.name, name)
            if comparison.equal:
                return
            if shown > PACKETS:
                lines.append(f"and {packets_text(shown - PACKETS)} more")
            found = summary_of(comparison, path.name, name)
            yield Failure(
                "golden", expected, found, total=shown, hints=(*lines, f"if that is right: {renew}")
            )
    except FileNotFoundError:
        hint = "sixscope check --update writes it"
        yield Failure("golden", expected, "no such file yet", hints=(hint,))
    except NotGolden as error:
        yield Failure("golden", expected, f"a file that can't be read as one: {error}")


def _refuse_others(path: Path) -> None:
    """Raise an error rather than overwrite what is no golden of ours."""
    with path.open("rb") as stream:
        try:
            Written.read(stream)
        except NotGolden as error:
            raise FileExistsError(17, f"not overwritten: {error}", str(path)) from None


def _replace(path: Path, text: bytes) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
