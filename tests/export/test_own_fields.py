"""Fields that tshark doesn't have: not in its formats, unless they are asked for."""

import json
import re
from xml.etree import ElementTree

import pytest

from dissect import open_capture
from dissect.export.ek import Ek
from dissect.export.fields import Fields
from dissect.export.json import Json
from dissect.export.pdml import Pdml
from dissect.export.tree import Tree
from tests.captures_list import ROOT

ROUTING = ROOT / "captures" / "ipv6_routing.pcapng"
"""Has fields of ours: a segment routing header's TLVs."""


@pytest.fixture(scope="module")
def packets():
    with open_capture(ROUTING) as capture:
        return [packet.decode(detail=True) for packet in capture]


def names(element):
    """The names of all fields that are not an expert info's."""
    for child in element:
        if child.get("name") != "_ws.expert":
            yield child.get("name", "")
            yield from names(child)


def own(text):
    found = list(names(ElementTree.fromstring(text)))
    assert len(found) > 500
    return {name for name in found if name.startswith("sixscope.")}


def test_pdml_has_no_fields_of_ours_but_their_notes(write, packets):
    text = write(Pdml, *packets)
    assert own(text) == set()


def test_notes_of_ours_are_expert_infos_as_tsharks_are(write):
    with open_capture(ROOT / "captures" / "ipv6_options_broken.pcapng") as capture:
        text = write(Pdml, *capture)
    assert '<field name="sixscope.opt.overrun"' in text
    assert own(text) == set()


def test_pdml_has_them_when_they_are_asked_for(write, packets):
    assert own(write(Pdml, *packets, own=True)) > {"sixscope.srh.tlv.type", "sixscope.addr.kind"}


def test_a_field_with_nothing_but_fields_of_ours_inside_is_empty(write, packets):
    pdml = re.sub(r"\s+", "", write(Pdml, *packets))
    assert '"></field>' not in pdml
    assert ":{}" not in re.sub(r"\s+", "", write(Json, *packets))


@pytest.mark.parametrize(("exporter", "separator"), [(Json, "."), (Ek, "_")])
def test_json_has_no_fields_of_ours(write, packets, exporter, separator):
    tlv, kind = f"sixscope{separator}srh{separator}tlv", f"sixscope{separator}addr{separator}kind"
    text = write(exporter, *packets)
    assert tlv + separator not in text
    assert kind not in text
    text = write(exporter, *packets, own=True)
    assert tlv + separator in text
    assert kind in text


def test_json_stays_json_when_they_are_asked_for(write, packets):
    assert len(json.loads(write(Json, *packets, own=True))) == len(packets)


def test_tree_has_fields_of_ours_always_and_explanations_when_asked(write, frame):
    with open_capture(ROUTING) as capture:
        fresh = [packet.decode(detail=True) for packet in capture]
    text = write(Tree, *fresh)
    assert "TLV" in text
    assert "[Kind: " not in text
    assert "[Kind: documentation (RFC 3849)]" in write(Tree, *fresh, own=True)


def test_fields_are_there_by_name(write):
    with open_capture(ROUTING) as capture:
        packet = next(iter(capture))
        out = write(Fields, packet, fields=("sixscope.addr.kind",))
    assert out == "documentation,documentation,documentation\n"  # two ends and a segment


def test_layers_are_told_apart(shown, frame):
    inner = frame()[14:]
    outer = bytes.fromhex("60000000") + len(inner).to_bytes(2, "big") + b"\x29\x40"
    outer += bytes(15) + b"\1" + bytes(15) + b"\2"
    arguments = [a for n in ("1", "2", "3", "-1") for a in ("-e", f"ipv6.src#{n}")]
    assert shown([frame()[:14] + outer + inner], "-T", "fields", *arguments) == (
        "::1\tfe80::1\t\tfe80::1\n"
    )
