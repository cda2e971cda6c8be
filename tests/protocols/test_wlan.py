"""IEEE 802.11 frames, alone, behind radiotap and with aggregated payloads."""

from __future__ import annotations

from dissect.engine.packet import Packet, dissect

WLAN, RADIOTAP = 105, 127
ONE, TWO, THREE, FOUR = (bytes([2, 0, 0, 0, 0, n]) for n in (1, 2, 3, 4))
IP = bytes.fromhex("4500001400010000403b66ac0a0000010a000002")
LLC_IP = bytes.fromhex("aaaa030000000800") + IP


def frame(control: str, *, tail: bytes = b"", sequence: str = "5012") -> bytes:
    """A frame with three addresses; ``control`` are the first two octets."""
    head = bytes.fromhex(control) + b"\x2c\x00" + ONE + TWO + THREE
    return head + bytes.fromhex(sequence) + tail


def read(octets: bytes, link_type: int = WLAN) -> Packet:
    return dissect(octets, link_type, strict=True)


def spans(packet: Packet, name: str) -> list[tuple[int, int, str]]:
    return [(node.offset, node.length, node.show) for node in packet.fields(name)]


def test_numbers_are_least_significant_first() -> None:
    packet = read(frame("0800", tail=LLC_IP))
    assert packet["wlan.duration"] == 0x2C
    assert packet["wlan.seq"] == 0x125
    assert packet["wlan.frag"] == 0
    assert packet["wlan.fc.type_subtype"] == 0x20
    assert packet.chain == "wlan:llc:ip"


def test_who_is_source_and_destination_depends_on_the_ds_bits() -> None:
    ends = {}
    for ds, tail in ((0, LLC_IP), (1, LLC_IP), (2, LLC_IP), (3, FOUR + LLC_IP)):
        packet = read(frame(f"080{ds}", tail=tail))
        assert packet.chain == "wlan:llc:ip"
        ends[ds] = packet["wlan.sa"], packet["wlan.da"]
    assert ends == {0: (TWO, ONE), 1: (TWO, THREE), 2: (THREE, ONE), 3: (FOUR, THREE)}


def test_protected_frames_and_fragments_are_data() -> None:
    assert read(frame("0840", tail=LLC_IP)).chain == "wlan:data"
    assert read(frame("0804", tail=LLC_IP)).chain == "wlan:data"
    assert read(frame("0800", tail=LLC_IP, sequence="5112")).chain == "wlan:data"


def test_retry_is_noted() -> None:
    packet = read(frame("0808", tail=LLC_IP))
    assert "wlan.fc.retry.expert" in [finding.note.name for finding in packet.findings]


def test_null_function_has_no_payload_and_no_payload_type() -> None:
    packet = read(frame("c801", tail=b"\x07\x00"))
    assert packet.chain == "wlan"
    assert packet["wlan.qos.priority"] == 7
    assert "wlan.qos.amsdupresent" not in packet


def subframe(payload: bytes, *, pad: bool = True) -> bytes:
    octets = ONE + THREE + len(payload).to_bytes(2, "big") + payload
    return octets + bytes(-len(octets) % 4 if pad else 0)


def test_aggregate_has_a_packet_in_each_subframe() -> None:
    parts = subframe(LLC_IP + b"\0") + subframe(LLC_IP, pad=False)
    packet = read(frame("8802", tail=b"\x80\x00" + parts))
    assert packet.chain == "wlan:llc:ip:llc:ip"
    # 24 octets of header, 2 of QoS Control; 14 + 29 octets are padded by one
    assert spans(packet, "wlan_aggregate.a_mdsu.subframe") == [(26, 44, ""), (70, 42, "")]
    assert spans(packet, "wlan_aggregate.a_mdsu.length") == [(38, 2, "29"), (82, 2, "28")]


def test_aggregate_subframe_longer_than_the_frame_keeps_what_was_read() -> None:
    packet = read(frame("8802", tail=b"\x80\x00" + ONE + THREE + b"\xff\xff" + LLC_IP))
    assert packet["wlan_aggregate.a_mdsu.length"] == 0xFFFF
    assert packet.chain == "wlan:llc:ip"
    assert "sixscope.wlan.a_msdu.length" in [finding.note.name for finding in packet.findings]


def test_radiotap_says_that_the_check_sequence_is_there() -> None:
    # present: time stamp (aligned to 8 octets) and flags, of which 0x10 is "FCS at end"
    radiotap = bytes.fromhex("0000110003000000" + "0102030405060708" + "10")
    packet = read(radiotap + frame("0801", tail=LLC_IP + b"\x04\x03\x02\x01"), RADIOTAP)
    assert packet.chain == "radiotap:wlan:llc:ip"
    assert packet["radiotap.mactime"] == 0x0807060504030201
    assert spans(packet, "wlan.fcs") == [(17 + 24 + 28, 4, "0x01020304")]


def test_radiotap_present_words_go_on_while_their_highest_bit_is_set() -> None:
    radiotap = bytes.fromhex("00000d00" + "02000080" + "00000000" + "00")
    packet = read(radiotap + frame("0801", tail=LLC_IP), RADIOTAP)
    assert len(packet.fields("radiotap.present.word")) == 2
    assert spans(packet, "radiotap.flags") == [(12, 1, "0x00")]
    assert packet.chain == "radiotap:wlan:llc:ip"


def test_radiotap_shorter_than_its_head_is_malformed() -> None:
    packet = read(bytes.fromhex("0000030000000000"), RADIOTAP)
    assert [finding.note.name for finding in packet.findings] == ["_ws.malformed"]


def test_header_cut_off_shows_the_fields_in_front() -> None:
    packet = read(frame("0801", tail=LLC_IP)[:12])
    assert packet["wlan.ra"] == ONE
    assert "wlan.ta" not in packet


def test_acknowledgement_has_one_address() -> None:
    packet = read(bytes.fromhex("d4000000") + ONE)
    assert packet["wlan.ra"] == ONE
    assert packet.findings == []


def test_another_protocol_version_is_data() -> None:
    packet = read(b"\x02" + bytes(30))
    assert packet["wlan.fc.version"] == 2
    assert packet.chain == "wlan:data"
