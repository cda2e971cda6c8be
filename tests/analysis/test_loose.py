"""A fragment that can't make its datagram whole says what the tree reader reads in it."""

from __future__ import annotations

from dissect.analysis.analysis import names_in, place_of
from dissect.analysis.loose import LAYERS, loose
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
    """All that may be such fragments, with the forms of their files."""
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
    """The record with many hops, and with what may be wrong or special."""
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


def test_a_fragment_is_what_the_tree_reader_reads():
    analyses = Analyses(ANALYSES, Options())
    found = 0
    for original, form in records():
        for record in variants(original):
            session, other = Session(), Session()
            one = loose(record, form, 0, session.fragments)
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


def test_datagrams_become_whole_with_the_same_fragments():
    """Each comes twice: repeated ones, and ends that come first, are in this too."""
    session, other = Session(), Session()
    found = whole = 0
    for record, form in records():
        many = changed(record, HOPS, 64)
        for one in (record, many, many):
            packet = packet_of(one, form, session=other).decode()
            if loose(one, form, 0, session.fragments) is None:
                mine = packet_of(one, form, session=session).decode()
                assert mine.chain == packet.chain
                assert [it.data for it in mine.reassembled] == [
                    it.data for it in packet.reassembled
                ]
                whole += bool(mine.reassembled)
            else:
                found += 1
                assert packet.chain.split(":") == list(LAYERS)
            assert session.fragments.held == other.fragments.held
    assert found > 20
    assert whole > 5
