"""Headers: what ``__hdr__`` declares is what is read, packed and shown."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dissect.protocols  # noqa: F401
from dissect.engine.cursor import Cursor
from dissect.engine.header import F, Header, HeaderError, headers, plan_of
from dissect.engine.packet import Packet
from dissect.engine.tree import Field, Node
from dissect.engine.values import U8, X16

EVERY_HEADER = [pytest.param(h, id=f"{h.__module__.rsplit('.', 1)[-1]}.{h.__name__}")
                for h in headers() if h.__module__.startswith("dissect.")]  # fmt: skip


class Sample(Header):
    __hdr__ = (("_v_tc", "H", 0x6000), ("kind", "B", 7), ("rest", "3s", b"abc"))
    __bit_fields__ = {"_v_tc": (("version", 4), ("tclass", 8), ("low", 4))}
    names = (
        F("version", "sample.version", "Version", U8, span=(0, 1)),
        F("tclass", "sample.tclass", "Class", X16, bits=(
            F("tclass", "sample.tclass.high", "High", U8, within=(0, 6)),)),
        F("kind", "sample.kind", "Kind", {7: "seven"}),
        F("rest", "sample.rest", "Rest"),
    )  # fmt: skip


@pytest.mark.parametrize("header", EVERY_HEADER)
@settings(max_examples=25)
@given(octets=st.binary(min_size=80, max_size=80))
def test_header_packs_to_the_octets_it_was_read_from(header, octets):
    size = plan_of(header).size
    assert size <= len(octets)
    assert bytes(header(octets))[:size] == octets[:size]


@pytest.mark.parametrize("header", EVERY_HEADER)
@settings(max_examples=25)
@given(octets=st.binary(min_size=80, max_size=80))
def test_tree_reader_and_builder_read_the_same_values(header, octets):
    plan = plan_of(header)
    built, read = header(octets), plan.read(octets, 0)
    for name in header.__hdr_fields__:
        if not name.startswith("_"):
            assert getattr(built, name) == getattr(read, name)
    for parts in getattr(header, "__bit_fields__", {}).values():
        for part, _ in parts:
            if not part.startswith("_"):
                assert getattr(built, part) == getattr(read, part)


def test_bit_field_gets_the_mask_of_its_span():
    plan = {f.name: f for f, *_ in plan_of(Sample).nodes}
    assert plan["sample.version"].mask == 0xF0
    assert plan["sample.tclass"].mask == 0x0FF0
    assert plan["sample.tclass"].bits[0].mask == 0x0FC0


def test_part_of_a_bit_field_is_read_from_its_highest_bit():
    octets = bytes.fromhex("6b9f07616263")
    view = plan_of(Sample).read(octets, 0)
    assert (view.version, view.tclass, view.low) == (6, 0xB9, 15)
    c = Cursor(Packet(octets), budget=10)
    c.at = Node(Field("sample", "Sample"), 0, 0)
    c.header(Sample)
    assert [node.value for node in c.at.walk() if node.name == "sample.tclass.high"] == [0x2E]


def test_name_without_an_attribute_is_refused():
    """The class is gone afterwards: there are no headers but ours."""

    class Wrong(Header):
        __hdr__ = (("a", "B", 0),)
        names = (F("b", "wrong.b", "B"),)

    with pytest.raises(HeaderError, match=r"wrong\.b"):
        plan_of(Wrong)
    del Wrong
    gc.collect()
    assert "Wrong" not in [header.__name__ for header in headers()]
