"""Options: broken lengths, and where tshark is wrong."""

from __future__ import annotations

import datetime

import pytest

from dissect.engine.packet import Packet
from making import dhcpv6
from making.dhcpv6 import IAADDR, PAST, h, ip, msg, opt, sized, tcp, udp
from making.dhcpv6_vendors import vendors
from tests.protocols.dhcpv6.packets import MESSAGE, VALUE, notes, places, read, shows

BROKEN, BOGUS = "dhcpv6.malformed_option", "dhcpv6.bogus_length"


def test_option_past_the_message_shows_its_head():  # tshark leaves it out
    packet = read(msg(1, opt(8, b"\0\1"), opt(7, b"\5", 9)))
    assert shows(packet, "dhcpv6.option.type") == ["8", "7"]
    assert shows(packet, "dhcpv6.option.length") == ["2", "9"]
    assert notes(packet) == [BOGUS, "_ws.malformed"]


def test_head_of_an_option_cut_short_is_malformed():
    packet = read(msg(1, opt(8, b"\0\1"), b"\0\7\0"))
    assert shows(packet, "dhcpv6.option.type") == ["8"]
    assert notes(packet) == ["_ws.malformed"]


def test_option_that_the_capture_cut_off_is_short_not_malformed():
    packet = read(msg(1, opt(23, ip("2001:db8::1") + ip("2001:db8::2"))), cut=4)
    assert shows(packet, "dhcpv6.dns_server") == ["2001:db8::1"]
    assert notes(packet) == ["_ws.short"]


def test_broken_inner_option_leaves_the_next_outer_one():  # tshark stops
    packet = read(msg(1, opt(3, bytes(12) + opt(5, bytes(24), 40)), PAST))
    assert shows(packet, "dhcpv6.option_preference") == ["1"]
    assert notes(packet) == [BOGUS, BROKEN]
    assert places(packet, "dhcpv6.option.type_str")[0] == (VALUE - 4, 4 + 12 + 28)


def test_odd_list_of_requested_options_stays_in_its_option():  # tshark reads on
    packet = read(msg(1, opt(6, h("001700")), PAST))
    assert shows(packet, "dhcpv6.requested_option_code") == ["23"]
    assert shows(packet, "dhcpv6.option_preference") == ["1"]
    assert notes(packet) == [BROKEN]


def test_user_class_longer_than_its_option_is_not_read():  # tshark takes the next option's octet
    packet = read(msg(1, opt(15, b"\0\3ab"), PAST))
    assert shows(packet, "dhcpv6.userclass.opaque_data") == []
    assert notes(packet) == [BROKEN]


def test_vendor_classes_are_counted_one_by_one():  # tshark: all one text
    packet = read(msg(1, opt(16, h("00000009") + sized(b"abc") + sized(b"de"))))
    assert shows(packet, "dhcpv6.vendorclass.data") == ["abc", "de"]
    assert places(packet, "dhcpv6.vendorclass.data") == [(VALUE + 6, 3), (VALUE + 11, 2)]


def test_duid_time_past_1991_is_not_before_2000():  # tshark's 32 bits overflow
    packet = read(msg(1, opt(1, h("00010001 f0f0f0f0 020304050607"))))
    seconds = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC).timestamp() + 0xF0F0F0F0
    assert packet["dhcpv6.duidllt.time"] == seconds * 10**9


def test_ntp_address_of_a_wrong_length_is_passed_over():  # tshark reads the next suboption's
    packet = read(msg(7, opt(56, opt(1, bytes(15)) + opt(1, ip("::1")))))
    assert shows(packet, "dhcpv6.ntpserver.addr") == ["::1"]
    assert notes(packet) == [BROKEN]


def test_prefix_past_its_option_is_malformed():
    packet = read(msg(7, opt(91, b"\x40\x20\x01"), PAST))
    assert shows(packet, "dhcpv6.s46_dmr.dmr_pref_len") == ["64"]
    assert shows(packet, "dhcpv6.s46_dmr.dmr_prefix") == []
    assert shows(packet, "dhcpv6.option_preference") == ["1"]


def test_text_behind_a_nul_is_noted():
    packet = read(msg(7, opt(13, b"\0\0ok\0hidden")))
    assert shows(packet, "dhcpv6.status_msg") == ["ok"]
    assert notes(packet) == ["_ws.string.trailing_stray_characters"]


def test_status_message_is_utf_8():  # RFC 9915, section 21.13
    assert shows(read(msg(7, opt(13, b"\0\2" + "né".encode()))), "dhcpv6.status_msg") == ["né"]


def test_failover_has_the_time_of_sending_before_its_options():  # RFC 8156, section 5.2
    packet = read(bytes([24]) + h("123456 00000e10") + opt(114, b"\1"))
    assert packet["sixscope.dhcpv6.failover.sent_time"] == (946_684_800 + 3600) * 10**9
    assert shows(packet, "dhcpv6.failover.binding_status") == ["1"]
    assert notes(packet) == []


def test_infinite_lifetime_has_a_name():
    packet = read(msg(7, opt(5, ip("::1") + b"\xff" * 8)))
    assert (
        packet.fields("dhcpv6.iaaddr.valid_lifetime")[0].line
        == "Valid lifetime: infinity (4294967295)"
    )


@pytest.mark.parametrize(
    ("code", "value", "field", "shown"),
    [
        (36, b"\2DE\1\3abc", "civic.value", ["abc"]),
        (59, b"tftp://[::1]/x", "boot.url", ["tftp://[::1]/x"]),
        (60, sized(b"a") + sized(b"b"), "boot.parameter", ["a", "b"]),
        (61, h("0007"), "boot.architecture", ["7"]),
        (62, h("010203"), "nii.minor", ["3"]),
        (65, b"\3erp\1x\0", "name", ["erp.x."]),
        (68, h("00") + b"vpn", "vss.information", ["76:70:6e"]),
        (74, ip("::1") + b"\1\1a\1b\0", "rdnss.domain", ["a.b."]),
        (75, h("3003 1b01 61"), "kerberos.principal", ["30:03:1b:01:61"]),
        (79, h("0001020304050607"), "link_layer.address", ["02:03:04:05:06:07"]),
        (80, ip("2001:db8::1"), "link_address", ["2001:db8::1"]),
        (82, h("00000e10"), "sol_max_rt", ["3600"]),
        (84, b"\3" + opt(85, h("050a2020010db8")), "addrsel.prefix", ["2001:db8::"]),
        (88, ip("::1"), "dhcp4o6_server", ["::1"]),
        (136, sized(b"https://x"), "sztp.uri", ["https://x"]),
        (137, h("2020010db8"), "s46_bind_hint.prefix", ["2001:db8::"]),
        (138, bytes(12) + opt(139, h("00010006020304050607 00000003 0000000a")),
         "link_layer.extra", ["3"]),
        (144, h("0001 0005") + b"\1a\1b\0" + sized(ip("::1")) + b"x", "dnr.address", ["::1"]),
        (200, b"abc", "option.value", ["61:62:63"]),
    ],
)  # fmt: skip
def test_options_that_tshark_only_names(code, value, field, shown):
    packet = read(msg(7, opt(code, value), PAST))
    assert shows(packet, f"sixscope.dhcpv6.{field}") == shown
    assert notes(packet) == []
    assert read(msg(7, opt(code, value[:-1]), PAST))["dhcpv6.option_preference"] == 1


def test_relay_supplied_options_are_options():
    packet = read(msg(7, opt(66, opt(23, ip("::1")))))
    assert shows(packet, "dhcpv6.dns_server") == ["::1"]


def test_dhcpv4_message_has_flags_and_no_transaction():
    packet = read(bytes([20]) + h("800000"))
    assert shows(packet, "dhcpv6.xid") == []
    assert shows(packet, "sixscope.dhcpv6.dhcpv4_flags") == ["0x800000"]
    assert shows(packet, "sixscope.dhcpv6.dhcpv4_flags.u") == ["1"]
    assert packet.info == "DHCPv4-query "


def test_dhcpv4_message_is_read_inside_its_option():  # RFC 7341, section 7
    discover = dhcpv6.dhcpv4(b"\x35\1\1")
    query = bytes([20]) + h("000000") + opt(87, discover) + PAST
    for message, depth in ((query, 0), (dhcpv6.relayed(query, 0), 1)):
        packet = read(message)
        at = MESSAGE + 38 * depth + 4 + 4
        assert packet.chain.endswith(":udp:dhcpv6:dhcp")
        assert [layer.offset for layer in packet.layers if layer.name == "dhcp"] == [at]
        assert places(packet, "dhcp.id") == [(at + 4, 4)]
        assert shows(packet, "dhcpv6.option_preference") == ["1"]
        assert packet.info == "DHCP Discover - Transaction ID 0x7"
        (holder,) = (
            node
            for node in packet.fields("dhcpv6.option.type_str")
            if any(child.name == "dhcp" for child in node.children or ())
        )
        assert holder.value == "DHCPv4 Message"


def test_dhcpv4_message_ends_with_its_option():
    packet = read(bytes([20]) + h("000000") + opt(87, b"\1\1\6") + PAST)
    assert shows(packet, "dhcp.hw.len") == ["6"]
    assert shows(packet, "dhcpv6.option_preference") == ["1"]
    assert "_ws.malformed" in notes(packet)


def test_failover_over_tcp_is_a_message_behind_its_size():  # RFC 8156, section 5.2
    packet = read(dhcpv6.between(24) + dhcpv6.between(35), make=dhcpv6.partner)
    assert shows(packet, "sixscope.dhcpv6.failover.size") == ["13", "13"]
    assert shows(packet, "dhcpv6.msgtype") == ["24", "35"]
    assert packet["sixscope.dhcpv6.failover.sent_time"] == (946_684_800 + 3600) * 10**9
    assert shows(packet, "dhcpv6.failover.binding_status") == ["1", "1"]
    assert notes(packet) == []


def test_failover_of_dhcpv4_is_not_read_as_dhcpv6s():
    packet = read(sized(b"\x0c\x0c" + bytes(10)), make=dhcpv6.partner)
    assert not packet.layer("dhcpv6.failover")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (opt(4, bytes(4)), "Temporary addresses are obsolete"),
        (opt(12, bytes(16)), "The Server Unicast option is obsolete"),
        (opt(13, h("0005")), "UseMulticast is obsolete"),
    ],
)
def test_what_rfc_9915_took_away_is_noted(option, words):
    (finding,) = (f for f in read(msg(7, option)).findings if "dhcpv6" in f.note.name)
    assert (finding.note.name, finding.text) == ("sixscope.dhcpv6.obsolete", words)


@pytest.mark.parametrize(
    ("cases", "make"),
    [(dhcpv6.messages, udp), (dhcpv6.options, udp), (vendors, udp), (dhcpv6.segments, tcp)],
)
def test_without_a_tree_notes_and_columns_are_the_same(cases, make):
    for message, _ in cases():
        detailed = read(message, make=make)
        plain = Packet(make(message), strict=True).decode()
        assert plain.info == detailed.info
        assert [f.text for f in plain.findings] == [f.text for f in detailed.findings]
        assert [layer.name for layer in plain.layers] == [layer.name for layer in detailed.layers]


def test_cut_anywhere_gives_a_tree():
    message = msg(7, opt(1, h("00030001020304050607")), opt(3, bytes(12) + IAADDR), PAST)
    for cut in range(len(message) + 1):
        packet = read(message, cut=cut)
        assert packet.tree.children
        assert "_ws.malformed" not in notes(packet)
        read(message[: len(message) - cut])
