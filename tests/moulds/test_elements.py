"""What moulds write is what the exporters write of trees, for every packet there is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle, islice, zip_longest
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissect import open_capture
from dissect.api import Capture
from dissect.capture.record import CaptureError
from dissect.engine.session import Settled
from dissect.export.base import Exporter, View
from dissect.moulds import elements, writing
from dissect.moulds.families import layout_of
from dissect.moulds.layout import Layout
from dissect.moulds.telling import Telling
from dissect.moulds.writing import Writing
from dissect.show.run import exporter_of
from tests.captures_list import OURS, ROOT, THEIRS, name, some
from tests.columns.test_agree import SAMPLES
from tests.lines.test_listing import made

FORMATS = ("json", "pdml")


def exporter(form: str) -> Exporter:
    return exporter_of(form, io.StringIO(), View())


def text_of(octets: str) -> str:
    return octets.encode("latin-1").decode()


def in_turn(capture: Capture, form: str) -> Iterator[str]:
    return map(exporter(form).element, capture)


def differences(source, form: str, **options) -> list[tuple[str, str]]:
    """Lines that differ, the trees' first; ``source`` is opened twice."""
    with open_capture(source(), **options) as one, open_capture(source(), **options) as other:
        moulded = map(text_of, elements(other, exporter(form)))
        pairs = zip_longest(in_turn(one, form), moulded, fillvalue="")
        return [
            lines
            for tree, element in pairs if tree != element
            for lines in zip_longest(tree.split("\n"), element.split("\n"))
            if lines[0] != lines[1]
        ]  # fmt: skip


@pytest.fixture(autouse=True)
def every_shape_has_a_mould(monkeypatch):
    """From its first packet on."""
    monkeypatch.setattr(writing, "ENOUGH", 1)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("path", some(OURS, 6), ids=name)
def test_every_capture(path, form):
    assert differences(lambda: path, form) == []


@pytest.mark.parametrize("options", [{"relative_seq": False}, {"reassemble": False}])
@pytest.mark.parametrize("path", OURS[::12], ids=name)
def test_captures_that_are_read_otherwise(path, options):
    assert differences(lambda: path, "json", **options) == []


@pytest.mark.sweep
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("path", THEIRS, ids=name)
def test_captures_from_elsewhere(path, form):
    with suppress(CaptureError):  # damaged or no capture: what came before was compared
        assert differences(lambda: path, form) == []


# --- packets that are alike, and a little different -----------------------------------------------


def varied(packets: list[bytes], count: int, chance: Random) -> list[bytes]:
    """Packets over and over, most of them as they are, some with a few octets changed."""
    found = []
    for whole in islice(cycle(packets), count):
        octets = bytearray(whole)
        for _ in range(chance.choice((0, 0, 1, 1, 3))):
            octets[chance.randrange(min(len(octets), 128))] = chance.randrange(256)
        found.append(bytes(octets[: chance.choice((None, None, None, 60))]))
    return found


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("link_type", sorted(SAMPLES))
def test_every_sample_changed_at_random(link_type, form):
    packets = varied(SAMPLES[link_type], 2 * len(SAMPLES[link_type]), Random(link_type))
    octets = made(packets, link_type=link_type)
    assert differences(lambda: io.BytesIO(octets), form) == []


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_change_to_any_packets(data):
    """Several packets, of which each may be there unchanged too, so that shapes come again."""
    edits = st.tuples(st.integers(0, 127), st.integers(0, 255))
    packets = []
    for whole in data.draw(st.lists(st.sampled_from(SAMPLES[1]), min_size=1, max_size=5)):
        octets = bytearray(whole)
        for at, value in data.draw(st.lists(edits, max_size=4)):
            if at < len(octets):
                octets[at] = value
        packets += [bytes(octets), whole, bytes(octets)]
    octets = made(packets)
    form = data.draw(st.sampled_from(FORMATS))
    assert differences(lambda: io.BytesIO(octets), form) == []


# --- moulds are cast, and used --------------------------------------------------------------------


class Counted(Writing):
    """Counts what no mould could be cast of, by the layers that something is free of."""

    def __init__(self, *arguments) -> None:
        super().__init__(*arguments)
        self.without: list[str] = []

    def _mould(self, key, layout, made, shape, *arguments):
        found = super()._mould(key, layout, made, shape, *arguments)
        if found is None and shape is not None:
            self.without.append(key.chain)
        return found


@pytest.mark.parametrize("form", FORMATS)
def test_traffic_as_it_is_found_is_written_by_moulds(tmp_path, form):
    """Else all this would be in vain."""
    from tests.bench.make_capture import write

    path = tmp_path / "bench.pcap"
    write(path, 1500, "mixed")
    decoded, total = 0, 0
    chains = set()
    with open_capture(path) as capture:
        counted = Counted(exporter(form), capture.session(Settled))
        for told in Telling(capture, 500, counted.of_tree):
            assert all(counted.texts(told))
            chains.update(part.key.chain for part in told.parts)
            decoded += len(told.decoded)
            total += len(told.turns)
    assert total == 1500
    assert decoded < total // 20
    assert {"eth:ethertype:arp", "eth:ethertype:ip:igmp", "eth:ethertype:ip:icmp:data"} < chains
    assert counted.without == []


def test_a_mould_that_is_wrong_is_not_used(monkeypatch):
    """What its columns don't explain is found by the second invented packet, or the real one."""
    monkeypatch.setattr(Layout, "_columns", lambda layout: iter(()))
    layout_of.cache_clear()
    path = ROOT / "captures" / "tour.pcapng"
    try:
        assert differences(lambda: path, "json") == []
    finally:
        layout_of.cache_clear()
