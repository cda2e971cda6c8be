import struct

import pytest

from making.igmp import GROUP, message, record
from tests.protocols.ipv4_packets import decoded, ipv4, notes, same_without_tree, shows

SOURCE = bytes([10, 0, 0, 1])
OTHER = bytes([10, 0, 0, 2])


def igmp(kind, second, body):
    return ipv4(2, message(kind, second, body), dst=GROUP, ttl=1)


def report(*records, count=None):
    number = len(records) if count is None else count
    return igmp(0x22, 0, struct.pack(">HH", 0, number) + b"".join(records))


@pytest.mark.parametrize(
    ("packet", "protocol", "info"),
    [
        (igmp(0x11, 0, bytes(4)), "IGMPv1", "Membership Query"),
        (igmp(0x11, 100, bytes(4)), "IGMPv2", "Membership Query, general"),
        (igmp(0x11, 100, GROUP), "IGMPv2", "Membership Query, specific for group 239.1.1.1"),
        (igmp(0x12, 0, GROUP), "IGMPv1", "Membership Report"),
        (igmp(0x16, 0, GROUP), "IGMPv2", "Membership Report group 239.1.1.1"),
        (igmp(0x17, 0, GROUP), "IGMPv2", "Leave Group 239.1.1.1"),
        (igmp(0x11, 9, GROUP + b"\x02\x05\0\1" + SOURCE), "IGMPv3",
         "Membership Query, specific for group 239.1.1.1, source {10.0.0.1}"),
        (igmp(0x11, 9, GROUP + b"\x02\x05\0\2" + SOURCE + OTHER), "IGMPv3",
         "Membership Query, specific for group 239.1.1.1, sources {10.0.0.1, 10.0.0.2}"),
        (report(record(4)), "IGMPv3", "Membership Report / Join group 239.1.1.1 for any sources"),
        (report(record(3)), "IGMPv3", "Membership Report / Leave group 239.1.1.1"),
        (report(record(1, SOURCE)), "IGMPv3",
         "Membership Report / Join group 239.1.1.1 for source {10.0.0.1}"),
        (report(record(6, SOURCE, OTHER)), "IGMPv3",
         "Membership Report / Group 239.1.1.1, block sources {10.0.0.1, 10.0.0.2}"),
        (report(), "IGMPv3", "Membership Report - General query"),
        (igmp(0x15, 0, GROUP), "IGMP", "Unknown Type:0x15"),
    ],
)  # fmt: skip
def test_columns(packet, protocol, info):
    seen = decoded(packet)
    assert (seen.protocol, seen.info, notes(seen)) == (protocol, info, [])
    assert same_without_tree(packet)


def test_long_response_time_is_a_floating_point_number():
    # RFC 3376, section 4.1.1: (0xe | 0x10) << (7 + 3)
    packet = decoded(igmp(0x11, 0xFE, bytes(4) + b"\x02\x7d\0\0"))
    (field,) = packet.fields("igmp.max_resp")
    assert (field.show, field.line) == ("30720", "Max Resp Time: 3072.0 sec (0xfe)")
    assert shows(packet, "igmp.max_resp.exp") == ["0x07"]


def test_auxiliary_data():
    assert shows(decoded(report(record(4, aux=b"auxdata!"))), "igmp.aux_data") == [
        "61:75:78:64:61:74:61:21"
    ]


def test_fewer_records_than_promised_keeps_those_that_are_there():
    packet = decoded(report(record(4), count=2))
    assert "_ws.malformed" in notes(packet)
    assert shows(packet, "igmp.maddr") == ["239.1.1.1"]


def test_checksum_covers_what_stands_behind_the_group():
    # RFC 2236, section 2.3: the entire IP payload
    good = decoded(igmp(0x16, 0, GROUP + b"extra"))
    assert notes(good) == []
    longer = message(0x16, 0, GROUP) + b"extra"
    assert notes(decoded(ipv4(2, longer, dst=GROUP, ttl=1))) == ["igmp.bad_checksum"]


def test_traceroute_block():
    head = GROUP + SOURCE + OTHER + SOURCE + b"\x20\0\0\7"
    block = struct.pack(">I4s4s4sIIIBBBB", 1, SOURCE, OTHER, SOURCE, 1, 2, 3, 3, 16, 0x58, 0x81)
    packet = decoded(igmp(0x1E, 32, head + block))
    assert packet.info == "Traceroute Response, 1 block"
    assert shows(packet, "igmp.mtrace.q_id") == ["7"]
    assert shows(packet, "igmp.mtrace.q_src_mask") == ["0x18"]
    assert packet.fields("igmp.mtrace.q_fwd_code")[0].line == "Forwarding Code: NO_SPACE (0x81)"
