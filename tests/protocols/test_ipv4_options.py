import pytest

from dissect.engine.packet import dissect
from tests.protocols.ipv4_packets import decoded, ipv4, notes, same_without_tree, shows, udp


def with_options(*options):
    octets = b"".join(options)
    return ipv4(17, udp(b"abcd"), options=octets + bytes(-len(octets) % 4))


def option(kind, body, length=None):
    return bytes([kind, len(body) + 2 if length is None else length]) + body


def options_line(packet):
    return next(n for n in packet.layer("ip").node.children if n.line.startswith("Options")).line


ADDRESSES = bytes([192, 0, 2, 1, 192, 0, 2, 2, 192, 0, 2, 3])


def test_router_alert():
    packet = decoded(with_options(option(148, b"\0\0")))
    (field,) = packet.fields("ip.options.routeralert")
    assert (field.offset, field.length, field.show) == (20, 4, "94:04:00:00")
    assert field.line == "IP Option - Router Alert (4 bytes): Router shall examine packet (0)"
    assert options_line(packet) == "Options: (4 bytes), Router Alert"
    assert shows(packet, "ip.opt.type.number") == ["20"]
    assert packet.layer("udp").offset == 24


def test_source_route_that_is_not_used_up_names_the_destination():
    # RFC 791, section 3.1: the header has the next hop, the option the rest of the way
    packet = decoded(with_options(option(131, b"\x08" + ADDRESSES)))
    assert shows(packet, "ip.dst") == ["192.0.2.3"]
    assert shows(packet, "ip.cur_rt") == ["10.0.0.2"]
    assert shows(packet, "ip.rec_rt") == ["192.0.2.1"]
    assert shows(packet, "ip.src_rt") == ["192.0.2.2"]
    assert packet.fields("ip.src_rt")[0].line == "Source Route: 192.0.2.2 <- (next)"
    assert packet.destination == "192.0.2.3"
    assert packet.layer("ip").node.line.endswith("Dst: 192.0.2.3, Via: 10.0.0.2")


def test_source_route_that_is_used_up():
    packet = decoded(with_options(option(137, b"\x10" + ADDRESSES)))
    assert packet.destination == "10.0.0.2"
    assert shows(packet, "ip.rec_rt") == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]


@pytest.mark.parametrize(
    ("pointer", "note"),
    [(3, "ip.opt.ptr.before_address"), (5, "ip.opt.ptr.middle_address"), (4, None)],
)
def test_pointer_of_record_route(pointer, note):
    packet = decoded(with_options(option(7, bytes([pointer]) + ADDRESSES)))
    assert notes(packet) == ([note] if note else [])
    assert len(packet.fields("ip.empty_rt")) == (0 if note else 3)


def test_timestamps_with_addresses_and_a_rest():
    packet = decoded(with_options(option(68, b"\x05\x01" + ADDRESSES)))
    assert shows(packet, "ip.opt.time_stamp_addr") == ["192.0.2.1"]
    assert shows(packet, "ip.opt.time_stamp") == [str(0xC0000202)]
    assert notes(packet) == ["ip.subopt_too_long"]


def test_four_nops_in_a_row():
    assert notes(decoded(with_options(b"\x01" * 4))) == ["ip.nop"]
    assert notes(decoded(with_options(b"\x01" * 3))) == []


def test_end_of_options_ends_them():
    packet = decoded(with_options(b"\x00\x94\x04\x00"))
    assert shows(packet, "ip.opt.type") == ["0"]


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (option(148, b"\0\0", 0), "Router Alert (with too-short option length = 0 bytes)"),
        (option(68, b"\0\0", 1), "Time Stamp (with too-short option length = 1 byte)"),
        (option(0x45, b"\0\0", 40),
         "Unknown (0x45) (option length = 40 bytes says option goes past end of options)"),
        (b"\x01\x01\x01\x07", "Record Route (length byte past end of options)"),
        (option(148, b"\0\0\0"), "Router Alert (with option length = 5 bytes; should be 4)"),
    ],
)  # fmt: skip
def test_impossible_length(octets, words):
    packet = decoded(with_options(octets))
    assert notes(packet) == ["ip.opt.len.invalid"]
    assert packet.findings[0].text == words
    assert packet.layer("udp") is not None


def test_unknown_option_is_passed_over():
    packet = decoded(with_options(option(0x5E, b"\x09\x09"), option(148, b"\0\0")))
    assert shows(packet, "ip.opt.ra") == ["0"]
    assert notes(packet) == []


def test_quick_start_request():
    # RFC 4782, section 3.1: rate 5 is 1.28 Mbit/s; 64 - 77 wraps to 243
    packet = decoded(with_options(option(25, b"\x05\x4d\xde\xad\xbe\xef")))
    (field,) = packet.fields("ip.options.qs")
    assert field.line.endswith(": Rate request (0), 1.28 Mbit/s, QS TTL 77, QS TTL diff 243")
    assert shows(packet, "ip.opt.qs_nonce") == ["0x37ab6fbb"]


def test_security_old_and_new():
    old = decoded(with_options(option(130, b"\xd7\x88\x00\x00ABCDE")))
    assert shows(old, "ip.opt.sec_rfc791_hr") == ["AB"]
    new = decoded(with_options(option(130, b"\x5a\x80")))
    assert shows(new, "ip.opt.sec_prot_auth_genser") == ["1"]
    endless = decoded(with_options(option(130, b"\x5a\x81")))
    assert notes(endless) == ["ip.opt.len.invalid"]


def test_cipso_categories():
    domain = b"\x00\x00\x00\x03"
    bitmap = decoded(with_options(option(134, domain + b"\x01\x06\x00\x05\xc0\x01")))
    assert shows(bitmap, "ip.cipso.categories") == ["0,1,15"]
    ranges = decoded(with_options(option(134, domain + b"\x05\x08\x00\x05\x00\x09\x00\x02")))
    assert shows(ranges, "ip.cipso.categories") == ["9-2"]
    wrong = decoded(with_options(option(134, domain + b"\x01\x03\x00")))
    assert notes(wrong) == ["ip.cipso.malformed"]


@pytest.mark.parametrize("kind", [7, 11, 12, 25, 68, 82, 130, 131, 133, 134, 136, 137, 148, 149])
@pytest.mark.parametrize("length", range(2, 9))
def test_options_of_every_length_agree_with_and_without_tree(kind, length):
    assert same_without_tree(with_options(option(kind, bytes(range(4, 2 + length)))))


def test_cipso_tag_cut_off_before_its_length_is_short_not_a_bug():
    option = bytes.fromhex("86 0a 00000001 05 04 00 07".replace(" ", "")) + b"\0\0"
    header = bytes.fromhex("48000020000000004000000001020304 05060708".replace(" ", "")) + option
    for size in range(20, 32):
        packet = dissect(header[:size], "ip", original=32, strict=True)
        found = {f.note.name for f in packet.findings}
        assert "_ws.short" in found
        assert "sixscope.bug" not in found
