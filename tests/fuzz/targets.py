"""What is fuzzed: functions of octets that raise when something isn't as it must be."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from xml.etree import ElementTree

from dissect.api import open_capture
from dissect.capture import CaptureError, open_records
from dissect.capture.write import PcapWriter
from dissect.check.load import load
from dissect.check.model import SpecError
from dissect.columns import chunks, scan
from dissect.engine.packet import Packet, dissect
from dissect.engine.session import Session
from dissect.engine.tables import TABLES
from dissect.export.base import View
from dissect.filter import FilterError, compile_filter
from dissect.lint import lint
from dissect.report.names import TABLES as REPORT
from dissect.report.summary import Plan, Summary
from dissect.show.run import exporter_of
from tests.captures_list import OURS, ROOT
from tests.columns.agree import chunks_of, disagreements
from tests.filter.filters import ACCEPTED, REFUSED

Run = Callable[[bytes], None]
Seeds = Callable[[], Iterator[bytes]]

LINK_TYPES = sorted(key for key, one in TABLES["link_type"].items() if one.name[:4] != "toy.")
SEED_OCTETS, SEED_PACKETS, SEED_FILES = 1500, 40, 100_000
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LENGTH = 2
"""Octets that say how long a packet of a sequence is."""


@dataclass(frozen=True)
class Target:
    """Something to fuzz.

    words    what it is
    run      raises on what must not be
    seeds    inputs to begin with
    longest  octets of an input
    """

    words: str
    run: Run
    seeds: Seeds
    longest: int = 4096


TARGETS: dict[str, Target] = {}


def target(words: str, seeds: Seeds, longest: int = 4096) -> Callable[[Run], Run]:
    """Register a function under its name."""

    def register(run: Run) -> Run:
        TARGETS[run.__name__] = Target(words, run, seeds, longest)
        return run

    return register


# --- packets -------------------------------------------------------------------------------------


def _samples() -> Iterator[tuple[bytes, int]]:
    """Packets of our captures and their link types."""
    for path in OURS:
        with open_records(path) as records:
            for record in islice(records, SEED_PACKETS):
                if len(record.data) <= SEED_OCTETS and record.link_type in LINK_TYPES:
                    yield record.data, record.link_type


def _packets() -> Iterator[bytes]:
    for octets, link_type in _samples():
        yield bytes([LINK_TYPES.index(link_type), 0]) + octets


@target("one packet: the link type, whether it is cut, its octets", _packets)
def packet(data: bytes) -> None:
    """A whole tree, every line of it, and the same structure without one."""
    if len(data) < 2:
        return
    link_type, octets = LINK_TYPES[data[0] % len(LINK_TYPES)], data[2:]
    original = len(octets) + 10 * (data[1] & 1)
    full = dissect(octets, link_type, original=original, strict=True)
    for node, within in full.with_fields().walk_within(octets):
        assert isinstance(node.showname(within), str)
        assert isinstance(node.show, str)
        assert node.length >= 0
    lean = Packet(octets, link_type, original=original, strict=True).decode()
    assert lean.chain == full.chain
    assert lean.info == full.info
    assert [one.note for one in lean.findings] == [one.note for one in full.findings]


def _sequences() -> Iterator[bytes]:
    for path in OURS:
        with open_records(path) as records:
            parts = [
                len(record.data).to_bytes(LENGTH) + record.data
                for record in islice(records, 8) if record.link_type == 1
                and len(record.data) <= SEED_OCTETS
            ]  # fmt: skip
        if parts:
            yield b"".join(parts)


def split(data: bytes) -> list[bytes]:
    """Ethernet packets one behind the other, each with its length before it."""
    found, at = [], 0
    while at + LENGTH <= len(data):
        size = int.from_bytes(data[at : at + LENGTH])
        found.append(data[at + LENGTH : at + LENGTH + size])
        at += LENGTH + size
    return found


@target("packets one after the other, with a session: fragments, requests, streams", _sequences)
def sequence(data: bytes) -> None:
    """Trees of packets that refer to those before."""
    session = Session(relative_seq=True)
    for number, octets in enumerate(split(data), 1):
        found = dissect(
            octets, 1, session=session, number=number, time_ns=number * 10**8, strict=True
        )
        for node, within in found.tree.walk_within(octets):
            assert isinstance(node.showname(within), str)
        assert isinstance(found.info, str)


@target("packets by columns and by trees", _sequences)
def columns(data: bytes) -> None:
    """Where the columns are sure, the trees say the same."""
    packets = split(data)
    if packets:
        for chunk in chunks_of([(octets, len(octets)) for octets in packets]):
            assert not disagreements(chunk)


@target("packets for all rules of lint", _sequences)
def rules(data: bytes) -> None:
    """Findings, each with a sentence."""
    with capture_of(split(data)) as stream:
        for finding in lint(open_capture(stream, strict=True)).findings:
            assert finding.message
            assert finding.count > 0


@target("packets for all analyses, in chunks of three", _sequences)
def analyses(data: bytes) -> None:
    """Tables that have as many cells as columns, and sentences."""
    with capture_of(split(data)) as stream:
        found = scan(stream, lambda: Summary(Plan(tuple(REPORT))), size=3).result
    for table in found.tables():
        assert all(len(row) == len(table.columns) for row in table.rows)
    assert all(finding.words for those in found.findings().values() for finding in those)


@target("packets through every format", _sequences)
def exits(data: bytes) -> None:
    """Text without control characters, JSON that is JSON, XML that is XML."""
    packets = split(data)[:6]
    for form in ("text", "tree", "json", "pdml", "csv", "ek"):
        page = io.StringIO()
        exporter = exporter_of(form, page, View(own=True))
        exporter.start()
        for number, octets in enumerate(packets, 1):
            exporter.packet(dissect(octets, 1, number=number, time_ns=0, strict=True))
        exporter.end()
        written = page.getvalue()
        assert not CONTROLS.search(written), form
        written.encode("utf-8")
        if form == "json":
            json.loads(written)
        elif form == "pdml":
            ElementTree.fromstring(written)
        elif form == "csv":
            list(csv.reader(io.StringIO(written)))


def capture_of(packets: list[bytes]) -> io.BytesIO:
    """A capture of Ethernet packets, a tenth of a second apart."""
    stream = io.BytesIO()
    writer = PcapWriter(stream, link_type=1)
    for number, octets in enumerate(packets):
        writer.packet(octets, number * 10**8)
    stream.seek(0)
    return stream


# --- files ---------------------------------------------------------------------------------------


def _files() -> Iterator[bytes]:
    for path in OURS:
        if path.stat().st_size <= SEED_FILES:
            yield path.read_bytes()[: 1 << 14]


@target("a capture file, by turns and at random", _files, longest=1 << 14)
def records(data: bytes) -> None:
    """All records up to the damage, the same again by number and in columns."""
    numbers = []
    try:
        with open_records(io.BytesIO(data)) as found:
            for record in found:
                numbers.append((record.number, record.data, record.time_ns))
                assert record.captured == len(record.data)
    except CaptureError as error:
        str(error)
    try:
        again = [
            (int(number), chunk.stretch.record(row).data)
            for chunk in chunks(io.BytesIO(data)) for row, number in enumerate(chunk.number)
        ]  # fmt: skip
    except CaptureError:
        return
    assert again == [(number, octets) for number, octets, _ in numbers]


@target("a capture file with its packets", _files, longest=1 << 14)
def capture(data: bytes) -> None:
    """Lines of all packets."""
    try:
        with open_capture(io.BytesIO(data), strict=True) as found:
            for one in found:
                assert isinstance(one.info, str)
    except CaptureError:
        return


# --- filters -------------------------------------------------------------------------------------


def _filters() -> Iterator[bytes]:
    for texts in (*ACCEPTED.values(), *REFUSED.values()):
        for text in texts.split("\n"):
            yield text.strip().encode()


def _checks() -> Iterator[bytes]:
    for path in sorted((ROOT / "captures").rglob("*.sixscope.toml")):
        yield path.read_bytes()[:2000]
    yield CHECK.encode()


CHECK = """capture = "*.pcapng"
[[expect]]
name = "a"
filter = "tcp"
count = ">= 1"
every = "ipv6"
order = { first = "tcp", then = "udp", within = 3 }
"""


@target("the text of a display filter", _filters, longest=200)
def expression(data: bytes) -> None:
    """A filter, or an error that says where."""
    text = data.decode("utf-8", "replace")
    try:
        found = compile_filter(text)
    except FilterError as error:
        mistake = error
    else:
        assert found(SAMPLE) in (True, False)
        return
    assert mistake.message
    assert 0 <= mistake.start <= mistake.end <= len(text) + 1


@target("the text of an expectations file", _checks, longest=2000)
def expectations(data: bytes) -> None:
    """A plan, or one line that says what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.sixscope.toml")
        with open(path, "wb") as stream:
            stream.write(data)
        try:
            load(path)
        except SpecError as error:
            words = str(error)
        else:
            return
    assert words
    assert "\n" not in words.strip()


SAMPLE = dissect(bytes(12) + b"\x86\xdd\x60" + bytes(5) + b"\x3b\x40" + bytes(32))
