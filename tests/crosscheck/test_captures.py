"""Every capture of ours, and of others where they are there, beside tshark."""

from __future__ import annotations

import os
import shutil

import pytest

from dissect.api import open_capture
from dissect.crosscheck.tally import Tally, check_file, check_files
from tests.captures_list import FRAGMENTED, OURS, ROOT, SHARED, THEIRS, TOLD, name, some

needs_tshark = pytest.mark.skipif(
    not shutil.which("tshark") and os.environ.get("CI") != "true",
    reason="tshark is not installed; the goldens are compared instead",
)

FLOOR = 99.0
"""Percent of the fields reached on which both must agree over all captures from elsewhere, for
each protocol that occurs often enough to say so."""
OFTEN = 2000
LEFT_OVER = "data"
"""What a side has no dissector for; tshark has more of them, and guesses."""


ALONE = [path for path in OURS if path in FRAGMENTED or path.suffix == ".pcap"]
"""Captures that must be files of their own: fragments of several would meet each other."""
MADE, RECORDED = (
    [path for path in OURS if path not in ALONE and (path.parent == ROOT / "captures") is made]
    for made in (True, False)
)
TOGETHER = [
    *(MADE[part::3] for part in range(3)),
    RECORDED[::2],
    pytest.param(RECORDED[1::2], marks=pytest.mark.sweep),
]
"""Captures that are one file for tshark, which takes longer to start than to read ten of them."""
OF_ALL = (".stream", ".time_relative", ".time_delta", ".completeness", ".interface_description")
"""Endings of fields that depend on the other captures in the file."""


def told(tally: Tally) -> str:
    """What disagrees, for the failure's message."""
    lines = list(tally.problems)
    for field, counts in tally.worst(10):
        lines.append(f"{field}: {counts.disagreed} of {counts.disagreed + counts.agreed}")
        lines += [f"    packet {e.packet}: {e.ours} tshark: {e.theirs}" for e in counts.examples]
    return "\n".join(lines)


@pytest.mark.tshark
@needs_tshark
@pytest.mark.parametrize("paths", TOGETHER)
def test_every_field_of_captures_in_one_file_agrees_with_tshark(paths, tmp_path):
    """Sections behind each other are a pcapng file (draft-ietf-opsawg-pcapng, section 3.1)."""
    file = tmp_path / "together.pcapng"
    file.write_bytes(b"".join(path.read_bytes() for path in paths))
    tally = check_file(str(file))
    assert tally.errors == []
    assert tally.packets
    for field in [field for field in tally.fields if field.endswith(OF_ALL)]:
        del tally.fields[field]
    assert tally.agrees, told(tally)


@pytest.mark.tshark
@needs_tshark
@pytest.mark.parametrize(
    "path", [p if p in ALONE else pytest.param(p, marks=pytest.mark.sweep) for p in OURS], ids=name
)
def test_every_field_agrees_with_tshark(path):
    tally = check_file(str(path))
    assert tally.errors == []
    assert tally.packets
    assert tally.agrees, told(tally)


@pytest.mark.tshark
@needs_tshark
@pytest.mark.parametrize("path", some(FRAGMENTED, 2), ids=name)
def test_every_field_of_fragments_by_themselves_agrees_with_tshark(path):
    tally = check_file(str(path), reassemble=False)
    assert tally.errors == []
    assert tally.agrees, told(tally)


@pytest.mark.tshark
@needs_tshark
@pytest.mark.parametrize(
    ("path", "wishes"), [(path, wishes) for path, each in TOLD.items() for wishes in each]
)
def test_every_field_agrees_where_both_are_told_what_packets_do_not_say(path, wishes):
    tally = check_file(str(path), preferences=wishes)
    assert tally.errors == []
    assert tally.agrees, told(tally)


@pytest.mark.parametrize("path", some(OURS, 8), ids=name)
def test_captures_with_fragments_are_listed(path):
    together, alone = ([(p.chain, p.info) for p in packets(path, way)] for way in (True, False))
    assert (together != alone) is (path in FRAGMENTED)


def packets(path, reassemble):
    with open_capture(path, reassemble=reassemble, strict=True) as capture:
        return [packet.decode() for packet in capture]


@pytest.mark.tshark
@pytest.mark.sweep
@needs_tshark
@pytest.mark.skipif(not THEIRS, reason=f"{SHARED} is not there")
def test_captures_from_elsewhere_agree_with_tshark():
    total = Tally()
    for _, tally in check_files(map(str, THEIRS), jobs=os.cpu_count() or 1):
        total.add(tally)
    assert total.files == len(THEIRS)
    low = {
        protocol: f"{counts.right:.2f}%"
        for protocol, counts in total.protocols().items()
        if counts.right < FLOOR
        and counts.agreed + counts.disagreed > OFTEN
        and protocol != LEFT_OVER
    }
    assert not low, f"{low}\n{told(total)}"
