"""The packets in ``captures/lint``, whose comments say which rule they break."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from dissect.api import open_capture
from dissect.engine.packet import Packet
from dissect.engine.session import Session
from dissect.lint.found import line_of
from dissect.lint.rule import load
from dissect.lint.run import Run
from dissect.verdict import Finding

MOST_LINES = 8


class Example(NamedTuple):
    """Packets that together break a rule: the first one's number, their lines, the findings."""

    first: int
    lines: list[str]
    findings: list[Finding]


def broken(path: Path, id: str) -> Example | None:
    """The first packets in a file that break a rule; None if there are none."""
    rule = load()[id]
    run = Run([rule])
    packets: list[Packet] = []
    with open_capture(path) as capture:
        session = capture.session(Session)
        for record in capture.records:
            if f"{id} broken" not in record.comments:
                if packets:
                    break
                continue
            packet = capture.packet(record, session).decode()
            packets.append(packet)
            run.packet(packet)
            if rule.packet and run.found.groups:
                break
    if not packets:
        return None
    lines = [line_of(packet) for packet in packets[:MOST_LINES]]
    if len(packets) > MOST_LINES:
        lines.append(f"… {len(packets) - MOST_LINES} more")
    return Example(packets[0].number, lines, run.end(path.name))
