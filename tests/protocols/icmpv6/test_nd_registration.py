"""Options of registered addresses: who registers, who proves it, how long a router has been up.

The octets are laid out by hand from RFC 8505 (4.1 to 4.3), RFC 8928 (4.3, 4.4), RFC 9176 (4.1.1)
and RFC 9685.
"""

from __future__ import annotations

import pytest

from tests.protocols.icmpv6.message import address, notes, read, same_without_tree, shows

OWN = "sixscope.icmpv6.opt."
SHORT = "sixscope.icmpv6.option_short"
MTU = bytes.fromhex("05 01 0000 000005dc")
"""An option behind the one that is tested: it must be read whatever comes before it."""


def options(text: str, cut: int = 0):
    """A router solicitation with an option from hex digits, and an MTU behind it."""
    return read(133, 0, bytes(4) + bytes.fromhex(text) + MTU, cut=cut)


def values(packet, *names):
    return [packet[f"{OWN}{name}"] for name in names]


def test_registration_of_rfc_8505_has_flags_and_a_transaction():
    packet = options("21 02 03 2a 27 09 003c 0001020304050607")
    # Rsvd 00, P 10, I 01, R 1, T 1
    assert values(packet, "earo.opaque", "earo.p", "earo.i", "earo.r", "earo.t") == [42, 2, 1, 1, 1]
    assert values(packet, "earo.tid") == [9]
    assert packet["icmpv6.opt.aro.registration_lifetime"] == 60
    assert packet["icmpv6.opt.aro.eui64"] == bytes(range(8))
    assert packet.fields("icmpv6.opt")[0].line == (
        "ICMPv6 Option (Address Registration Option : Register 00:01:02:03:04:05:06:07 Moved)"
    )
    assert notes(packet) == []


@pytest.mark.parametrize("units", [2, 3, 4])
def test_verifier_of_more_than_8_octets_is_no_eui64(units):
    verifier = bytes(range(8 * units))
    packet = options(f"21 {units + 1:02x} 00 00 01 07 003c" + verifier.hex())
    assert values(packet, "earo.rovr") == [verifier]
    assert not packet.fields("icmpv6.opt.aro.eui64")
    assert packet["icmpv6.opt.mtu"] == 1500
    assert notes(packet) == []


def test_verifier_has_32_octets_at_most():
    packet = options("21 06 00 00 01 07 003c" + bytes(range(40)).hex())
    assert values(packet, "earo.rovr") == [bytes(range(32))]
    assert packet["icmpv6.unknown_data"] == bytes(range(32, 40))


def test_registration_without_verifier_is_too_short():
    packet = options("21 01 00 00 01 07 003c")
    assert notes(packet) == [SHORT]
    assert packet["icmpv6.opt.mtu"] == 1500


@pytest.mark.parametrize(
    ("word", "letters"),
    [("0001", ""), ("0002", "e"), ("0004", "p"), ("0008", "b"), ("0010", "l"), ("0020", "d"),
     ("0040", "a"), ("0080", "x"), ("0100", "f"), ("01ff", "fxadlbpe"), ("fe00", "")],
)  # fmt: skip
def test_capabilities_of_a_router(word, letters):
    packet = options(f"24 01 {word} 00000000")
    told = {letter for letter in "fxadlbpe" if packet[f"{OWN}6cio.{letter}"]}
    assert told == set(letters)


def test_crypto_id_parameters():
    key = bytes(range(33))
    packet = options("27 05 0021 01 06 02" + key.hex())
    names = ("key_length", "type", "modifier", "earo_length", "key")
    assert values(packet, *(f"cipo.{name}" for name in names)) == [33, 1, 6, 2, key]
    assert packet.fields("icmpv6.opt")[0].line == "ICMPv6 Option (Crypto-ID Parameters : Ed25519)"
    assert not packet.fields("icmpv6.opt.padding")
    assert notes(packet) == []
    assert same_without_tree(packet)


def test_public_key_is_followed_by_padding():
    packet = options("27 06 0020 01 06 02" + bytes(range(32)).hex() + bytes(9).hex())
    assert values(packet, "cipo.key") == [bytes(range(32))]
    assert [node.length for node in packet.fields("icmpv6.opt.padding")] == [9]
    assert notes(packet) == []


def test_length_of_a_public_key_has_eleven_bits():
    packet = options("27 02 f801 00 06 02" + "aa" + bytes(8).hex())
    assert values(packet, "cipo.reserved", "cipo.key_length", "cipo.key") == [31, 1, b"\xaa"]


@pytest.mark.parametrize(
    "text",
    [
        "27 01 0021 00 06 02 00",
        "27 05 0022 00 06 02" + bytes(33).hex(),
        "28 01 0001 00000000",
        "28 02 0009 00000000" + bytes(8).hex(),
        "29 02 0000 00015180" + bytes(8).hex(),
        "29 01 0000 00015180",
    ],
)
def test_option_that_is_too_short_for_its_fields_is_noted_and_the_next_one_read(text):
    packet = options(text)
    assert notes(packet) == [SHORT]
    assert packet["icmpv6.opt.mtu"] == 1500
    assert same_without_tree(packet)


def test_signature():
    packet = options("28 09 0040 00000000" + bytes(range(64)).hex())
    assert values(packet, "ndpso.length", "ndpso.signature") == [64, bytes(range(64))]
    assert notes(packet) == []


def test_signature_that_the_capture_ends_within():
    packet = options("28 09 0040 00000000" + bytes(64).hex(), cut=20)
    assert notes(packet) == ["_ws.short"]


def test_resource_directory():
    rd = address("2001:db8:4000::1")
    packet = options("29 03 0000 00015180" + rd.hex())
    assert values(packet, "rdao.lifetime", "rdao.address") == [86400, rd]
    [told, _] = packet.fields("icmpv6.opt")
    assert told.line == "ICMPv6 Option (Resource Directory Address : 2001:db8:4000::1)"
    assert notes(packet) == []


def test_resource_directory_that_is_no_more():
    packet = options("29 03 0000 00000000" + bytes(16).hex())
    [node] = packet.fields(f"{OWN}rdao.lifetime")
    assert node.line == "Valid lifetime: Not valid any more (0)"


def test_resource_directory_option_is_longer_than_its_address():
    packet = options("29 04 0000 00015180" + bytes(24).hex())
    assert notes(packet) == ["icmpv6.unknown_data.expert"]


def test_uptime():
    # exponent 001010, mantissa 0000000101; S 0, U 1, flags 0, NSSI 0x606, the peer's 0x909
    packet = options("2a 01 2805 40606909")
    names = ("exponent", "mantissa", "s", "u", "flags", "nssi", "peer_nssi")
    assert values(packet, *(f"cuo.{name}" for name in names)) == [10, 5, 0, 1, 0, 0x606, 0x909]
    assert values(packet, "cuo.uptime") == [5.12]  # 5 times 1,024 milliseconds
    assert notes(packet) == []


def test_uptime_may_be_absurd():
    packet = options("2a 01 ffff ffffffff")
    assert values(packet, "cuo.uptime") == [1023 * 2.0**63 / 1000]


@pytest.mark.parametrize("units", [2, 3, 4])
def test_extended_duplicate_address(units):
    verifier, registered = bytes(range(8 * units)), address("2001:db8::1")
    packet = read(157, units, bytes.fromhex("00 07 003c") + verifier + registered)
    own = "sixscope.icmpv6.6lowpannd.da."
    assert [packet[own + name] for name in ("units", "tid", "rovr")] == [units, 7, verifier]
    assert packet["icmpv6.6lowpannd.da.reg_addr"] == registered
    assert not packet.fields("icmpv6.6lowpannd.da.eui64")
    assert notes(packet) == []


def test_extended_duplicate_address_with_8_octets_is_laid_out_as_the_old_one():
    body = bytes.fromhex("00 07 003c") + bytes(range(8)) + address("2001:db8::1")
    old, new = read(158, 0, body), read(158, 1, body)
    assert shows(old, "icmpv6.6lowpannd.da.eui64") == shows(new, "icmpv6.6lowpannd.da.eui64")
    assert not old.fields("sixscope.icmpv6.6lowpannd.da.tid")
    assert shows(new, "sixscope.icmpv6.6lowpannd.da.tid") == ["7"]


def test_prefix_of_the_code_does_not_matter():
    body = bytes.fromhex("00 07 003c") + bytes(16) + address("2001:db8::1")
    assert read(157, 0xF2, body)["icmpv6.6lowpannd.da.reg_addr"] == address("2001:db8::1")
