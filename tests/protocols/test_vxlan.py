import pytest

from tests.protocols.ipv4_packets import decoded, ipv4, notes, same_without_tree, shows, udp

FRAME = bytes.fromhex("020000000001020000000002") + b"\x08\x00" + ipv4(17, udp(b"abcd"))


def vxlan(header, payload=FRAME, port=4789):
    return ipv4(17, udp(header + payload, 40000, port))


def test_header():
    packet = decoded(vxlan(b"\x88\x48\x00\x07\x00\x00\x64\x00"))
    (flags,) = packet.fields("vxlan.flags")
    assert flags.line == (
        "Flags: 0x8848, GBP Extension, VXLAN Network ID (VNI), Don't Learn, Policy Applied"
    )
    assert shows(packet, "vxlan.gbp") == ["7"]
    assert shows(packet, "vxlan.vni") == ["100"]
    assert packet.layer("eth").offset == 36
    assert packet.chain.endswith("udp:vxlan:eth:ethertype:ip:udp:data")


@pytest.mark.parametrize(
    ("protocol", "payload", "layer"),
    [(1, ipv4(17, udp()), "ip"), (3, FRAME, "eth"), (2, bytes([0x60] + [0] * 39), "ipv6")],
)
def test_generic_protocol_extension_names_the_next_protocol(protocol, payload, layer):
    packet = decoded(vxlan(bytes([0x0C, 0, 0, protocol, 0, 0, 200, 0]), payload, 4790))
    assert shows(packet, "vxlan.next_proto") == [str(protocol)]
    assert shows(packet, "vxlan.p_bit") == ["1"]
    assert packet.layer(layer, 2 if layer == "ip" else 1).offset == 36


def test_unknown_next_protocol_is_data():
    packet = decoded(vxlan(bytes([0x0C, 0, 0, 99, 0, 0, 200, 0]), b"abc", 4790))
    assert shows(packet, "data.data") == ["61:62:63"]


def test_truncated_header_keeps_what_was_read():
    packet = decoded(vxlan(b"\x08\x00\x00\x00", b""))
    assert "_ws.malformed" in notes(packet)
    assert shows(packet, "vxlan.flag_i") == ["1"]


def test_structure_does_not_depend_on_the_tree():
    assert same_without_tree(vxlan(b"\x08\x00\x00\x00\x00\x00\x64\x00"))
