"""A fragment of whose datagram there are no others says what the tree reader reads in it."""

from __future__ import annotations

from dissect.analysis.analysis import names_in, place_of
from dissect.analysis.lone import LAYERS, lone
from dissect.analysis.names import ANALYSES
from dissect.analysis.options import Options
from dissect.analysis.run import Analyses
from dissect.api import packet_of
from dissect.capture.open import open_records
from dissect.capture.record import DamagedCapture
from dissect.engine.session import Session
from tests.captures_list import ROOT

HOPS, FLAGS = 21, 57
"""Octets of the Hop Limit and of M."""
IN_IPV6 = b"\x86\xdd", b","
"""EtherType and Next Header of a fragment."""


def records():
    """All that may be such fragments, and what they become when an octet is another."""
    for path in sorted((ROOT / "captures").rglob("*.pcap*")):
        try:
            with open_records(path) as file:
                for record in file:
                    data = record.data
                    if record.link_type == 1 and (data[12:14], data[20:21]) == IN_IPV6:
                        yield record, file.format
        except DamagedCapture:
            pass


def changed(record, at, value):
    """The record with another octet."""
    data = bytearray(record.data)
    data[at] = value
    return type(record)(
        record.number, record.time_ns, record.captured, record.original, record.interface,
        bytes(data), record.offset,
    )  # fmt: skip


def variants(record):
    """The record, with many hops, and what it is no lone fragment any more in."""
    yield record
    many = changed(record, HOPS, 64)
    yield many
    if len(record.data) > FLAGS:
        for bits in (0, 1, 8, 9, 0xF8):
            yield changed(many, FLAGS, bits)
        yield changed(many, FLAGS - 1, 0xFF)
    yield changed(many, HOPS, 0)
    yield changed(many, 19, record.data[19] ^ 8)
    yield type(record)(
        many.number, many.time_ns, many.captured, many.original + 1, many.interface, many.data,
        many.offset,
    )  # fmt: skip


def test_a_lone_fragment_is_what_the_tree_reader_reads():
    analyses = Analyses(ANALYSES, Options())
    found = 0
    for original, form in records():
        for record in variants(original):
            session, other = Session(), Session()
            one = lone(record, form, 0, session.fragments)
            if one is None:
                assert not session.fragments.datagrams
                continue
            found += 1
            packet = packet_of(record, form, session=other).decode()
            place = place_of(packet, 0)
            assert packet.chain.split(":") == list(LAYERS)
            assert list(session.fragments.datagrams) == list(other.fragments.datagrams)
            for name, analysis in analyses.by_name.items():
                if analysis.wants(names_in(packet)):
                    assert [*analysis.alone(one)] == [*analysis.read(packet, place)], name
                else:
                    assert not [*analysis.alone(one)], name
    assert found > 100


def test_one_that_is_not_the_first_is_the_tree_readers():
    record, form = next((r, f) for r, f in records() if lone(r, f, 0, Session().fragments))
    session = Session()
    assert lone(record, form, 0, session.fragments) is not None
    assert lone(record, form, 0, session.fragments) is None
