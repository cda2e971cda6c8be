"""The same filters give the same packets as Wireshark's, and the same mistakes are refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dissect.api import open_capture
from dissect.engine.packet import Packet
from dissect.filter import FilterError, compile_filter
from tests.captures_list import ROOT
from tests.filter.filters import ACCEPTED, REFUSED, lines
from tests.filter.sharkd import SHARKD, Answer, ask

CAPTURES = (
    "tour", "icmpv6_nd_options", "icmpv6_errors", "icmpv6_messages", "ipv6_header", "ipv6_options",
    "ipv6_routing", "vlan", "arp", "icmp", "tcp_options",
)  # fmt: skip
"""One after the other in one file: between them they have what the filters ask for."""

pytestmark = [
    pytest.mark.tshark,
    pytest.mark.skipif(
        (SHARKD is None or shutil.which("mergecap") is None) and not os.environ.get("CI"),
        reason="no sharkd or mergecap (they come with tshark)",
    ),
]


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times without a zone are local, for sharkd too."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filter") / "merged.pcapng"
    sources = [str(ROOT / "captures" / f"{name}.pcapng") for name in CAPTURES]
    subprocess.run(["mergecap", "-a", "-F", "pcapng", "-w", str(path), *sources], check=True)
    return path


@pytest.fixture(scope="module")
def packets(capture: Path) -> list[Packet]:
    with open_capture(str(capture), relative_seq=False, reassemble=False, strict=True) as opened:
        return [packet.decode(detail=True) for packet in opened]


@pytest.fixture(scope="module")
def theirs(capture: Path) -> dict[str, Answer]:
    return ask(str(capture), [*lines(ACCEPTED), *lines(REFUSED)])


def header_cut_in_a_quote(packet: Packet) -> bool:
    """What is left of it is shown here, and nothing there, as ``dissect/crosscheck/known`` says."""
    return any(comment.startswith("The quote has") for comment in packet.comments)


def quotes_no_ipv6(packet: Packet) -> bool:
    """A header of version 0 is shown here as far as it goes, and not at all there."""
    return "A quote of version 0" in packet.comments


is_newer = compile_filter("icmpv6.opt.type == 21 or sixscope.icmpv6.opt.earo.rovr")
"""Options in which tshark 4.0 doesn't look for other options (RFC 8801), or takes a part for an
EUI-64 (RFC 8505)."""


@pytest.mark.parametrize("text", lines(ACCEPTED))
def test_a_filter_passes_the_packets_that_it_passes_in_wireshark(
    text: str, packets: list[Packet], theirs: dict[str, Answer]
) -> None:
    assert not theirs[text].refused
    wanted = compile_filter(text)
    passed = [packet.number for packet in packets if wanted(packet)]
    apart = {
        packet.number for packet in packets
        if header_cut_in_a_quote(packet) or quotes_no_ipv6(packet) or is_newer(packet)
    }  # fmt: skip
    assert [n for n in passed if n not in apart] == [
        n for n in theirs[text].packets if n not in apart
    ]


@pytest.mark.parametrize("text", lines(REFUSED))
def test_a_mistake_is_refused_with_its_place_as_wireshark_refuses_it(
    text: str, theirs: dict[str, Answer]
) -> None:
    assert theirs[text].refused
    with pytest.raises(FilterError) as caught:
        compile_filter(text)
    error = caught.value
    assert error.message
    assert 0 <= error.start < error.end <= len(text) + 1


def test_the_filters_are_no_idle_ones(theirs: dict[str, Answer]) -> None:
    """Most of them pass some packets and not all, so that agreeing means something."""
    every = len(theirs["frame"].packets)
    telling = [text for text in lines(ACCEPTED) if 0 < len(theirs[text].packets) < every]
    assert len(telling) > 0.8 * len(lines(ACCEPTED))
