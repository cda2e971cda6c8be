"""Fields that columns write are those of the trees."""

from __future__ import annotations

import io

import pytest

from dissect import open_capture
from dissect.capture.record import CaptureError
from dissect.export.base import View
from dissect.export.fields import Fields
from tests.captures_list import OURS, THEIRS, name, some
from tests.columns.agree import FIELDS

OF_THE_FRAME = ("frame.protocols", "frame.time_relative", "frame.time_delta")
WANTED = {
    "all at once": (*FIELDS, *OF_THE_FRAME),
    "one protocol's": ("frame.number", "ipv6.src", "ipv6.dst", "ipv6.hlim"),
    "of a session": ("frame.number", "udp.stream", "tcp.seq", "icmpv6.resp_to", "dns.time"),
    "with columns": ("_ws.col.Info", "_ws.col.No.", "tcp.srcport", "_ws.col.Time", "icmpv6.type"),
}


def lines(path, exporter: Fields) -> list[str]:
    with open_capture(path) as capture:
        return [exporter.line(packet) for packet in capture]


def rows(path, exporter: Fields) -> list[str]:
    with open_capture(path) as capture:
        return list(exporter.rows(capture))


def exporter_of(fields: tuple[str, ...], **options: str) -> Fields:
    return Fields(io.StringIO(), View(fields=fields, options=options))


@pytest.mark.parametrize("wanted", WANTED)
@pytest.mark.parametrize("path", some(OURS, 6), ids=name)
def test_fields_of_every_capture(path, wanted):
    exporter = exporter_of(WANTED[wanted])
    assert exporter.by_columns
    assert rows(path, exporter) == lines(path, exporter)


@pytest.mark.parametrize("field", [*FIELDS, *OF_THE_FRAME])
def test_each_field_alone(field):
    """Alone it is written for rows in which others aren't known."""
    for path in OURS[::50]:
        exporter = exporter_of((field,))
        assert rows(path, exporter) == lines(path, exporter)


@pytest.mark.parametrize("options", [
    {"occurrence": "f"}, {"occurrence": "l", "quote": "d"}, {"aggregator": "/", "separator": ";"},
])  # fmt: skip
def test_cells_are_made_as_wanted(options):
    exporter = exporter_of(("frame.number", "ipv6.src", "eth.src", "_ws.col.Info"), **options)
    for path in OURS[::6]:
        assert rows(path, exporter) == lines(path, exporter)


@pytest.mark.parametrize("field", ["ipv6.src#2", "text", "sixscope.addr.kind"])
def test_what_needs_more_than_a_header_is_left_to_trees(field):
    assert not exporter_of(("frame.number", field)).by_columns


@pytest.mark.sweep
@pytest.mark.parametrize("path", THEIRS, ids=name)
def test_captures_from_elsewhere(path):
    for fields in WANTED.values():
        exporter = exporter_of(fields)
        try:
            assert rows(path, exporter) == lines(path, exporter)
        except CaptureError:
            return  # damaged, or no capture
