"""DHCPv6: CableLabs' options, and PacketCable's inside them."""

from __future__ import annotations

from collections.abc import Iterator

from making.build import write
from making.dhcpv6 import CABLELABS, MAC, PAST, Case, cablelabs, h, ip, msg, name, opt, udp


def vendors() -> Iterator[Case]:
    """Options of CableLabs, with PacketCable's inside them."""

    def case(*inside: bytes, words: str = "") -> Case:
        return msg(7, cablelabs(*inside), PAST), f"CableLabs' option{words}"

    for code in (*range(1, 12), 33, 77, 1027):
        values = (opt(code, value) for value in (b"ab", b"abcdef"))
        yield case(*values, opt(2, b"ECM"), words=f" {code}")
    for code in (32, 34, 37, 61):
        values = (opt(code, v) for v in (ip("::1"), ip("::1") + ip("::2"), b"abc"))
        yield case(*values, words=f" {code}: servers")
    for code in (36, 1026):
        yield case(opt(code, MAC), opt(code, MAC[:2]), words=f" {code}: a MAC address")
    yield case(*(opt(39, bytes([n])) for n in (1, 2, 6, 7)), words=" 39: IP preference")
    for count in range(5):
        yield (
            msg(7, opt(17, CABLELABS + bytes(count)), PAST),
            f"CableLabs' option of {count} octets",
        )
    yield case(opt(8, h("001095")), opt(8, b"abcd"), words=" 8: of three octets, and of four")
    offsets = opt(38, h("fffffff6")), opt(2172, h("01020304")), opt(2172, b"abc")
    yield case(*offsets, words="s 38 and 2172")
    modem = opt(35, h("010101 02020304 0303aabbcc 260102"))
    for device in (b"ECM", b"eDVA", b"ERTR"):
        yield case(opt(2, device), modem, words=f" 35 of a device {device.decode()}")
    yield case(opt(35, h("010101")), opt(2, b"EMTA"), words=" 35 in front of the device")
    yield case(opt(1025, h("01020300 02020102 0301ff 0105aabbccddee 0100")), words=" 1025")
    servers = opt(1, ip("192.0.2.1")) + opt(2, ip("192.0.2.2")) + opt(3, b"ab") + opt(1, b"abcde")
    yield case(opt(2170, servers), words=" 2170: PacketCable's servers")
    yield case(opt(2171, PACKETCABLE), words=" 2171: PacketCable's configuration")
    empty = opt(7) + opt(8) + opt(7, b"ab") + opt(8, b"ab")
    yield case(opt(2171, empty), words=" 2171: values of wrong lengths")


PACKETCABLE = (
    opt(1, b"abcd") + opt(2, b"efgh") + opt(3, b"\0" + name("a.com."))
    + opt(4, h("000000010000000200000003")) + opt(6, name("realm."))
    + opt(5, h("000000010000000200000003")) + opt(6, name("r.org."))
    + opt(7, b"\1") + opt(8, b"\x0a") + opt(8, b"\x1f") + opt(9, h("0003"))
    + opt(9, h("fffc")) + opt(3, b"\2abc") + opt(10, b"abc")
)  # fmt: skip


FILES = {
    "dhcpv6_vendors.pcapng": lambda path: write(
        path, [(udp(octets), words) for octets, words in vendors()]
    ),
}
