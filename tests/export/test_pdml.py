from xml.etree import ElementTree

import pytest

from dissect import Packet
from dissect.export.ek import Ek
from dissect.export.json import Json
from dissect.export.pdml import Pdml
from dissect.export.tree import Tree


def protocols(text: str) -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(text)
    return {proto.get("name"): proto for proto in root[0].findall("proto")}


def attributes(element: ElementTree.Element) -> list[dict[str, str]]:
    return [e.attrib for e in element.iter()]


def test_general_information_is_tsharks(shown, tshark, frame):
    ours, theirs = (
        protocols(shown([frame()], "-T", "pdml")),
        protocols(tshark([frame()], "-T", "pdml")),
    )
    assert attributes(ours["geninfo"]) == attributes(theirs["geninfo"])


@pytest.mark.parametrize("name", ["ipv6.version", "ip.version", "ipv6.tclass", "ipv6.plen",
                                  "ipv6.src", "ipv6.addr"])  # fmt: skip
def test_a_field_has_tsharks_attributes(shown, tshark, frame, name):
    ours = protocols(shown([frame()], "-T", "pdml"))["ipv6"].findall(f".//field[@name='{name}']")
    theirs = protocols(tshark([frame()], "-T", "pdml"))["ipv6"].findall(f".//field[@name='{name}']")
    assert [attributes(e) for e in ours] == [attributes(e) for e in theirs]
    assert ours


def test_attributes_come_in_tsharks_order(write, frame):
    assert (
        '<field name="ipv6.addr" showname="Source or Destination Address: fe80::1" hide="yes" '
        'size="16" pos="22" show="fe80::1" value="fe800000000000000000000000000001"/>'
    ) in write(Pdml, Packet(frame()))


def test_data_outside_a_protocol_gets_tsharks_wrapper(write):
    out = write(Pdml, Packet(bytes(12) + b"\xff\xfe" + b"\x01\x02"))
    wrapper = protocols(out)["fake-field-wrapper"]
    assert wrapper[0].attrib == {"name": "data", "value": "0102"}


@pytest.mark.parametrize(
    "evil", ["\x00", "\x1b[2J", '"><x>', "&", "]]>", "\ufffe", "\ud800", "\x85"]
)
def test_no_text_makes_the_xml_ill_formed(write, frame, evil):
    out = write(Pdml, Packet(frame(), comments=(evil,)), path=f"/tmp/{evil}.pcap")
    ElementTree.fromstring(out.encode("utf-8"))
    assert "\x1b" not in out


def test_references_are_for_people_only(write, frame):
    packet = Packet(frame()[:58] + bytes(2) + frame()[60:])  # a checksum that is wrong
    for machine in (Pdml, Json, Ek):
        assert "RFC 4443" not in write(machine, packet)
    assert "Reference: RFC 4443" in write(Tree, packet)


def test_no_packets_make_an_empty_document(write):
    assert len(ElementTree.fromstring(write(Pdml))) == 0


def test_cut_and_malformed_packets_stay_well_formed(write, frame):
    whole = frame()
    for size in range(len(whole)):
        cut = Packet(whole[:size])
        limited = Packet(whole[:size], original=len(whole))
        ElementTree.fromstring(write(Pdml, cut, limited))
