"""LISP's control messages (RFC 9301, RFC 8060) and data (RFC 9300), by hand-made octets."""

from __future__ import annotations

import struct

import pytest

from tests.protocols.ipv4_packets import decoded, ipv4, notes, same_without_tree, shows, udp

INNER = ipv4(17, udp(b"abcd"))
EID = b"\0\1\xc6\x33\x64\0"
RLOC = b"\0\1\xc0\0\2\1"
RLOC6 = b"\0\2" + bytes.fromhex("20010db8" + "00" * 11 + "01")


def control(payload):
    return ipv4(17, udp(payload, 40000, 4342))


def message(kind, body, flags=0, records=1):
    return control(struct.pack(">IQ", kind << 28 | flags | records, 6) + body)


def mapping(eid, *locators, mask=24):
    body = b"".join(b"\1\x64\xff\0\0\1" + locator for locator in locators)
    return struct.pack(">IBBHH", 1440, len(locators), mask, 0x1000, 0) + eid + body


def lcaf(kind, body):
    return struct.pack(">HHBBH", 16387, 0, kind, 0, len(body)) + body


def test_map_request():
    packet = decoded(message(1, RLOC + RLOC + RLOC6 + b"\0\x18" + EID, 1 << 8))
    assert shows(packet, "lisp.irc") == ["1"]
    assert shows(packet, "lisp.mreq.srceid.ipv4") == ["192.0.2.1"]
    assert shows(packet, "lisp.mreq.itr_rloc_ipv6") == ["2001:db8::1"]
    assert shows(packet, "lisp.mreq.record.prefix.ipv4") == ["198.51.100.0"]
    assert packet.info == "Map-Request for 198.51.100.0/24"


def test_map_reply_with_two_locators():
    packet = decoded(message(2, mapping(EID, RLOC, RLOC6)))
    assert shows(packet, "lisp.loc.locator") == ["192.0.2.1", "2001:db8::1"]
    (record,) = packet.fields("lisp.mapping")
    assert (record.offset, record.length) == (28 + 12, 16)  # up to the prefix, as in tshark
    assert notes(packet) == []


def test_octets_behind_a_reply_in_a_request_are_data():
    reply = mapping(EID, RLOC) + b"left"
    packet = decoded(message(1, RLOC + RLOC + b"\0\x18" + EID + reply, 0x04000000))
    assert packet.chain.endswith("udp:lisp:data")
    assert packet["data.data"] == b"left"
    (record,) = packet.fields("lisp.mrep.record")
    assert record.length == 28  # a mapping of 16 octets, a locator of 12


def test_messages_from_the_port_of_data_to_that_of_control_are_control():
    asked = struct.pack(">IQ", 1 << 28 | 1, 6) + RLOC + RLOC + b"\0\x18" + EID
    packet = decoded(ipv4(17, udp(asked, 4341, 4342)))
    assert packet.chain.endswith("udp:lisp-data:lisp")
    assert shows(packet, "lisp.mreq.record.prefix.ipv4") == ["198.51.100.0"]
    assert not packet.fields("lisp-data.flags")
    assert decoded(ipv4(17, udp(asked, 4342, 4341))).layer("lisp") is None


def test_map_register_with_its_identity():
    keyed = struct.pack(">HH", 1, 4) + b"auth"
    body = keyed + mapping(EID, RLOC) + bytes(range(24))
    packet = decoded(message(3, body, 0x02000000))
    assert shows(packet, "lisp.auth") == ["61:75:74:68"]
    assert shows(packet, "lisp.siteid") == ["10:11:12:13:14:15:16:17"]


def test_map_notify_ack_is_read_as_the_notify():
    # RFC 9301, section 5.7; tshark 4.0 has it as data
    packet = decoded(message(5, struct.pack(">HH", 0, 0) + mapping(EID, RLOC)))
    assert packet.info == "Map-Notify-Ack for 198.51.100.0/24"


def test_encapsulated_message_is_decoded_again():
    inside = udp(struct.pack(">IQ", 1 << 28 | 1, 6) + RLOC + RLOC + b"\0\x20" + EID, 4342, 4342)
    packet = decoded(control(struct.pack(">I", 8 << 28) + ipv4(17, inside)))
    assert packet.chain.endswith("udp:lisp:ip:udp:lisp")
    assert packet.info == "Encapsulated Map-Request for 198.51.100.0/32"


def test_instance_id_around_a_prefix():
    eid = lcaf(2, struct.pack(">I", 0x600) + EID)
    packet = decoded(message(2, mapping(eid)))
    assert shows(packet, "lisp.lcaf.iid") == ["1536"]
    assert packet.info == "Map-Reply for [1536] 198.51.100.0/24"


def test_coordinates():
    # RFC 8060, section 4.3: the first bit of each angle is its hemisphere
    body = struct.pack(">HBBHBBI", 0x8000 | 52, 30, 15, 13, 24, 30, 34) + RLOC
    packet = decoded(message(2, mapping(EID, lcaf(5, body))))
    assert packet.fields("lisp.lcaf.geo.lat")[0].line == "Latitude: N 52° 30' 15\""
    assert packet.fields("lisp.lcaf.geo.lon")[0].line == "Longitude: W 13° 24' 30\""
    assert packet.fields("lisp.lcaf.geo.alt")[0].line == "Altitude: 34 m"


def test_degrees_are_judged_where_the_message_ends_behind_them():
    cut = struct.pack(">HHBBH", 16387, 0, 5, 0, 6) + b"\0\1\2\3" + struct.pack(">H", 1029)
    packet = decoded(message(2, mapping(EID, cut)))
    assert notes(packet) == ["lisp.invalid_field", "_ws.malformed"]


@pytest.mark.parametrize("family", [6, 16389])
def test_mac_addresses_of_both_families(family):
    # IANA's address families: 6 is IEEE 802, 16389 a MAC address of 48 bits
    mac = struct.pack(">H", family) + b"\2\0\x5e\0\x53\1"
    packet = decoded(message(1, RLOC + RLOC + b"\0\x30" + mac))
    assert shows(packet, "lisp.mreq.record.prefix.mac") == ["02:00:5e:00:53:01"]
    assert notes(packet) == []


def test_formats_within_each_other_end_somewhere():
    address = RLOC
    for _ in range(100):
        address = lcaf(2, bytes(4) + address)
    packet = decoded(message(2, mapping(EID, address)))
    assert "lisp.undecoded" in notes(packet)


@pytest.mark.parametrize("place", ["prefix", "locator"])
def test_unknown_address_family_ends_the_records(place):
    unknown = b"\0\x12abcd"
    body = mapping(unknown) if place == "prefix" else mapping(EID, unknown)
    packet = decoded(message(2, body))
    assert "lisp.unexpected_field" in notes(packet)
    assert packet.layer("data") is not None


def test_records_that_are_not_there():
    assert "_ws.malformed" in notes(decoded(message(2, mapping(EID, RLOC), records=2)))


def data(head, payload=INNER):
    return ipv4(17, udp(head + payload, 40000, 4341))


@pytest.mark.parametrize(
    ("flags", "shown"),
    [
        (0x00, {}), (0x80, {"nonce": "394758"}), (0x40, {"lsb": "0x00000007"}),
        (0x10, {"srcmapver": "96", "dstmapver": "1542"}),
        (0x48, {"iid": "0", "lsb8": "0x07"}),
    ],
)  # fmt: skip
def test_data_header_shows_what_its_flags_announce(flags, shown):
    packet = decoded(data(bytes((flags,)) + b"\x06\x06\x06" + b"\0\0\0\7"))
    names = ("nonce", "srcmapver", "dstmapver", "iid", "lsb8", "lsb")
    found = {name: shows(packet, f"lisp-data.{name}") for name in names}
    assert {name: values[0] for name, values in found.items() if values} == shown
    assert packet.chain.endswith("udp:lisp-data:ip:udp:data")


def test_echo_needs_a_nonce():
    assert notes(decoded(data(b"\x20" + bytes(7)))) == ["lisp-data.flags.en_invalid"]
    assert notes(decoded(data(b"\x90" + bytes(7)))) == ["lisp-data.flags.nv_invalid"]


@pytest.mark.parametrize("size", range(28, 110, 3))
def test_cut_anywhere(size):
    eid = lcaf(1, RLOC + RLOC6)
    assert same_without_tree(message(2, mapping(eid, lcaf(10, b"\0\5" + RLOC), RLOC))[:size])
