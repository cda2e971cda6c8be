import pytest

from tests.protocols.ipv6_packets import (
    UDP,
    address,
    decoded,
    extension,
    ipv6,
    notes,
    same_without_tree,
    shows,
)


def hop(options, units=None):
    return ipv6(0, extension(59, options, units))


def destination(options):
    return ipv6(60, extension(59, options))


def option(kind, data):
    return bytes([kind, len(data)]) + data


def test_router_alert_and_padding():
    packet = decoded(hop(option(5, b"\0\0") + option(1, b"")))
    assert [node.offset for node in packet.fields("ipv6.opt")] == [42, 46]
    assert [node.length for node in packet.fields("ipv6.opt")] == [4, 2]
    assert packet.fields("ipv6.opt.router_alert")[0].line == "Router Alert: MLD (0)"
    assert packet["ipv6.opt.type.action"] == 0
    assert shows(packet, "ipv6.hopopts.len_oct") == ["8"]
    assert notes(packet) == []


def test_pad1_is_one_octet():
    # RFC 8200, section 4.2: "does not have length and value fields"
    packet = decoded(hop(option(5, b"\0\0")))
    pads = packet.fields("ipv6.opt.pad1")
    assert [(node.offset, node.length) for node in pads] == [(46, 1), (47, 1)]
    assert [node.length for node in packet.fields("ipv6.opt")] == [4, 1, 1]


def test_extension_headers_stand_inside_ipv6():
    packet = decoded(ipv6(0, extension(60, b"") + extension(59, b"")))
    (layer,) = packet.tree.children[1:]
    assert layer.name == "ipv6"
    assert [child.name for child in layer.children if child.is_layer] == [
        "ipv6.hopopts", "ipv6.dstopts",
    ]  # fmt: skip
    assert layer.length == 56


def test_option_longer_than_its_header_keeps_what_was_read_and_the_chain_goes_on():
    packet = decoded(ipv6(0, bytes.fromhex("3b000502000001c8") + b"abc"))
    assert notes(packet) == ["sixscope.opt.overrun"]
    assert packet["ipv6.opt.router_alert"] == 0
    assert packet.info == "IPv6 no next header"
    assert shows(packet, "data.data") == ["61:62:63"]


def test_option_type_in_the_last_octet_has_no_room_for_its_length():
    packet = decoded(ipv6(0, bytes.fromhex("3b00 0502 0000 0005")))
    assert notes(packet) == ["sixscope.opt.overrun"]
    assert shows(packet, "ipv6.opt.type") == ["0x05", "0x00", "0x05"]


def test_header_longer_than_the_packet_is_malformed():
    packet = decoded(hop(option(5, b"\0\0"), units=5))
    assert "_ws.malformed" in notes(packet)
    assert packet["ipv6.opt.router_alert"] == 0
    assert packet.info.endswith("[Malformed Packet]")


def test_header_cut_by_the_capture_is_short():
    octets = hop(option(5, b"\0\0"))
    packet = decoded(octets[:44], original=len(octets))
    assert notes(packet) == ["_ws.short"]
    assert packet.info == "IPv6 hop-by-hop options[Packet size limited during capture]"


def test_hop_by_hop_must_be_first():
    packet = decoded(ipv6(60, extension(0, b"") + extension(59, b"")))
    assert notes(packet) == ["ipv6.hopopts.not_first"]
    assert notes(decoded(hop(b""))) == []


def test_unknown_option_is_kept():
    packet = decoded(hop(option(0xE3, b"abcd")))
    assert notes(packet) == ["ipv6.opt.unknown_data.expert"]
    assert shows(packet, "ipv6.opt.unknown") == ["61:62:63:64"]
    assert packet.fields("ipv6.opt")[0].line == "Unknown IPv6 Option (227)"


@pytest.mark.parametrize("octets", [hop(option(4, b"\3")), destination(option(5, b"\0\0"))])
def test_option_in_the_wrong_header(octets):
    assert notes(decoded(octets)) == ["ipv6.opt.header_mismatch"]


def test_option_with_the_wrong_length_reads_nothing_past_its_end():
    packet = decoded(hop(option(5, b"\0") + option(1, b"")))
    assert notes(packet)[0] == "ipv6.opt.invalid_len"
    assert "ipv6.opt.router_alert" not in packet
    assert shows(packet, "ipv6.opt_unknown_data") == ["00"]


def test_option_longer_than_it_should_be_shows_the_rest():
    packet = decoded(hop(option(5, b"\0\1\7")))
    assert notes(packet) == ["ipv6.opt.invalid_len", "ipv6.opt.unknown_data.expert"]
    assert packet["ipv6.opt.router_alert"] == 1
    assert shows(packet, "ipv6.opt_unknown_data") == ["07"]


def test_home_address_is_the_source_for_columns_and_checksums():
    home = address("2001:db8::99")
    packet = decoded(destination(option(0xC9, home)))
    assert packet.source == "2001:db8::99"
    assert shows(packet, "ipv6.opt.mipv6.home_address") == ["2001:db8::99"]


# UDP 1000 -> 9, length 12, "data": the sum of these words by hand (RFC 768) gives, with the
# pseudo-header's addresses 2001:db8::99 and 2001:db8::2, 0x03e8+0x0009+0x000c+0x6461+0x7461
# + 2*(0x2001+0x0db8)+0x0099+0x0002 + 0x000c+0x0011 = 0x138e9 -> 0x38ea -> checksum 0xc715
def test_checksum_behind_a_home_address():
    udp = bytes.fromhex("03e80009000cc715") + b"data"
    home = extension(17, option(1, b"\0\0") + option(0xC9, address("2001:db8::99")))
    packet = decoded(ipv6(60, home + udp))
    assert shows(packet, "udp.checksum.status") == ["1"]


def test_path_mtu_return_flag_is_the_lowest_bit():
    packet = decoded(hop(option(0x30, bytes.fromhex("05dc0501"))))
    assert packet["ipv6.opt.pmtu.min"] == 1500
    assert packet["ipv6.opt.pmtu.rtn"] == 1280
    assert shows(packet, "ipv6.opt.pmtu.r_flag") == ["1"]


def test_quick_start_ttl_difference():
    packet = decoded(ipv6(0, extension(59, option(0x26, bytes.fromhex("0f3d00000004"))), hlim=64))
    assert packet["ipv6.opt.qs_ttl_diff"] == 3
    assert shows(packet, "ipv6.opt.qs_nonce") == ["0x00000001"]
    assert packet.fields("ipv6.opt")[0].line == (
        "Quick-Start, 1.31072 Gbit/s, QS TTL 61, QS TTL diff 3"
    )


def test_mpl_without_seed_uses_the_source_address():
    assert notes(decoded(hop(option(0x6D, b"\0\7")))) == ["ipv6.opt.mpl.ipv6_src_seed_id"]
    packet = decoded(hop(option(0x6D, b"\x60\7\xaa\xbb")))
    assert (notes(packet), shows(packet, "ipv6.opt.mpl.seed_id")) == ([], ["aa:bb"])


def trace(node_length, remaining, kind, data):
    word = node_length << 11 | remaining
    return option(
        0x31, b"\0\0\0\1" + word.to_bytes(2, "big") + kind.to_bytes(3, "big") + b"\0" + data
    )


def test_ioam_trace_has_its_nodes_behind_the_free_space():
    data = bytes(4) + bytes.fromhex("40000001 00020003") + bytes.fromhex("3f000004 00050006")
    packet = decoded(hop(trace(2, 1, 0xC00000, data)))
    assert shows(packet, "ipv6.opt.ioam.trace.node.id") == ["0x000001", "0x000004"]
    assert shows(packet, "ipv6.opt.ioam.trace.node.hlim") == ["64", "63"]
    assert shows(packet, "ipv6.opt.ioam.trace.free_space") == ["00:00:00:00"]
    assert notes(packet) == []


@pytest.mark.parametrize(
    ("octets", "note"),
    [
        (trace(0, 0, 0xC00000, bytes(8)), "invalid_nodelen"),
        (trace(2, 9, 0xC00000, bytes(8)), "invalid_remlen"),
    ],
)
def test_ioam_trace_with_lengths_that_make_no_sense(octets, note):
    packet = decoded(hop(octets))
    assert notes(packet)[0] == f"ipv6.opt.ioam.trace.{note}"
    assert "ipv6.opt.ioam.trace.node.hlim" not in packet


def test_ioam_nodes_of_another_length_than_the_type_says_end_with_the_first():
    packet = decoded(hop(trace(3, 0, 0xC00000, bytes(24))))
    assert notes(packet)[0] == "ipv6.opt.ioam.trace.invalid_type"
    assert len(packet.fields("ipv6.opt.ioam.trace.node.hlim")) == 1
    (rest,) = packet.fields("ipv6.opt_unknown_data")
    assert rest.length == 24


def test_ioam_snapshot_longer_than_the_option_is_not_read():
    packet = decoded(hop(trace(0, 0, 2, b"\x09\0\0\6" + bytes(8))))
    assert notes(packet)[0] == "ipv6.opt.invalid_len"
    assert "ipv6.opt.ioam.trace.node.oss.data" not in packet


def test_columns_name_the_headers_until_something_follows():
    packet = decoded(ipv6(0, extension(60, b"") + extension(59, b"")[:4]))
    assert packet.info == "IPv6 hop-by-hop options , IPv6 destination options[Malformed Packet]"
    assert packet.protocol == "IPv6"


@pytest.mark.parametrize(
    "octets",
    [
        ipv6(0, bytes.fromhex("3b000502000001c8") + b"abc"),
        hop(option(0xE3, b"abcd")),
        hop(option(5, b"\0")),
        hop(trace(2, 9, 0xC00000, bytes(8))),
        destination(option(0xC9, address("2001:db8::99"))),
        ipv6(0, extension(60, option(0x26, bytes(6))) + extension(17, b"") + UDP),
    ],
)
def test_without_a_tree_all_else_is_the_same(octets):
    same_without_tree(octets)
