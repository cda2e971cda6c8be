"""One message for every message type and option, with lengths that fit and that don't.

tshark must agree on all fields of all of them; where it is wrong is in ``test_options`` instead.
"""

from __future__ import annotations

from tests.protocols.dhcpv6.packets import h, ip, msg, name, opt, relay, relayed, sized

MAC = h("020304050607")
DUID_LL = h("00030001") + MAC
PAST = opt(7, b"\1")
"""An option behind those that are broken: it must be found."""

LIFETIMES = h("0000012c 000001f4")
FOREVER = h("ffffffff ffffffff")
IAADDR = opt(5, ip("2001:db8::5") + LIFETIMES)
IAPREFIX = opt(26, LIFETIMES + b"\x38" + ip("2001:db8:100::"))
V4V6 = ip("192.0.2.1") + b"\x38" + h("20010db8010203")
RULE = h("0110 18") + ip("192.0.2.0") + b"\x28" + h("20010db801") + opt(93, h("0608a500"))

DUIDS = (
    h("00010001 10f0f0f0") + MAC, h("00010020 10f0f0f0") + MAC + b"ab", h("00010001 10f0f0f0"),
    h("0001000110f0"), h("000200000009") + b"ab", h("00020000118b"), h("00020000"), DUID_LL,
    h("00030001") + MAC[:5], h("00030006") + MAC, h("0003001b") + MAC + b"ab", h("000300"),
    h("0004") + bytes(range(16)), h("0004") + bytes(15), h("0005") + b"abc", b"\0\4", b"\0", b"",
)  # fmt: skip

ADDRESS_LISTS = (22, 23, 27, 28, 31, 34, 40, 48, 52)
NAME_LISTS = (21, 24, 29, 30, 33)
TEXTS = (38, 41, 42, 103, 112, 130)
EXACT = {
    7: 1, 8: 2, 12: 16, 19: 1, 20: 0, 32: 4, 46: 4, 90: 16, 93: 4, 114: 1, 115: 2, 119: 2,
    120: 4, 121: 4, 122: 4, 123: 4, 124: 4, 125: 4, 126: 4, 127: 4, 128: 4, 131: 1, 132: 1,
    133: 4, 134: 4, 135: 2, 165: 16, 166: 16,
}  # fmt: skip
"""Options of a fixed length."""

LONG = name("a" * 62 + "." + "b" * 62 + "." + "c" * 62 + "." + "d" * 62)
NAMES = (
    name("abc.de."), name("abc.de.") + name("x.org."), name("abc"), name("com."), b"\0",
    name("abc.de.") + b"\0", name("abc.de.") + name("com.") + name("a.b."), b"\x40" + b"a" * 64,
    b"\x07ab", b"\x3e", LONG + name("ab."), LONG + name("abc."), LONG + name("e."),
    LONG + name("e" * 62 + "."), name("é.de."), name("a b.d_e."),
)  # fmt: skip

CABLELABS = h("0000118b")


def cablelabs(*options: bytes) -> bytes:
    """CableLabs' vendor option."""
    return opt(17, CABLELABS + b"".join(options))


def fitting(code: int, *values: bytes) -> list[bytes]:
    """A message for each value of an option."""
    return [msg(7, opt(code, value), PAST) for value in values]


MESSAGES = [
    *(msg(kind, opt(8, b"\0\1")) for kind in range(12)),
    *(msg(kind, opt(8, b"\0\1")) for kind in (*range(14, 20), 99, 255)),
    *(relay(kind, 0, opt(18, b"eth0")) for kind in (12, 13)),
    relayed(msg(1, opt(1, DUID_LL)), 0, 1, 2),
    relayed(msg(7, opt(3, h("00000001") + FOREVER + IAADDR)), 0, 1, 2, kind=13),
    relayed(msg(1), 1), relayed(msg(1), 0, 2), relayed(msg(1), 1, 0), relayed(msg(1), 33),
    relayed(msg(99), 5), relay(12, 0, opt(9), PAST), msg(1, opt(9, msg(2))),
    relayed(msg(1), *range(30)[:8]), msg(1), b"\1", relay(12, 1)[:9], relay(13, 1)[:20],
]  # fmt: skip

OPTIONS = [
    *(m for duid in DUIDS for m in fitting(1, duid)),
    *fitting(2, DUID_LL, b""), *fitting(53, DUID_LL, b""),
    *fitting(3, bytes(12), bytes(11), h("01020304") + FOREVER + IAADDR + IAADDR),
    *fitting(4, bytes(4), bytes(3), h("01020304") + IAADDR),
    *fitting(5, IAADDR[4:] + opt(13, b"\0\2no"), bytes(23), ip("::1") + FOREVER),
    *fitting(25, bytes(12), bytes(11), h("01020304") + FOREVER + IAPREFIX),
    *fitting(26, IAPREFIX[4:] + opt(67, h("3c0a")), bytes(24), FOREVER + b"\0" + ip("::")),
    *fitting(6, b"", h("0017"), h("0017001800ffffff")), *fitting(43, b"", h("00180019")),
    *(m for code in EXACT for n in range(20) for m in fitting(code, bytes(n))),
    *(m for code in ADDRESS_LISTS for n in (0, 1, 15, 16, 17, 32) for m in fitting(code, bytes(n))),
    *fitting(11, h("030100") + bytes(8) + b"\2" + bytes(range(16)), bytes(10), bytes(11),
             h("020100") + bytes(8) + b"realm" + h("00000007") + bytes(range(16)),
             h("020200") + bytes(8) + b"realm" + bytes(20), h("000000") + bytes(8) + b"token"),
    *fitting(13, b"\0\0", b"\0\2none"), *fitting(14, b"", b"x"),
    *fitting(15, b"", sized(b"abc"), sized(b"abc") + sized(b"") + sized(b"d"), b"\0\x07ab",
             sized(b"abc") + b"\0\x07ab"),
    *fitting(16, h("000001"), h("00000009"), h("0000118b") + sized(b"docsis3.0"),
             h("00000137") + sized(b"MSFT 5.0")),
    *fitting(17, b"", h("00000009"), h("00000009") + opt(1, b"abc") + opt(2)),
    *fitting(18, b"", b"eth0"), *fitting(37, b"abc", h("00000009"), h("00000009") + b"id"),
    *(m for code in TEXTS for m in fitting(code, b"", b"abc", b"ab\0\0")),
    *(m for code in NAME_LISTS for value in (b"", *NAMES) for m in fitting(code, value)),
    *(m for value in NAMES for m in fitting(64, value)),
    *fitting(44, bytes(16), *(bytes([kind]) + ip("2001:db8::1") + opt(1, DUID_LL)
                              for kind in range(7))),
    *fitting(45, b"", opt(1, DUID_LL) + opt(46, h("00000005"))),
    *fitting(47, bytes(15), ip("::1") + b"abc", ip("::1")),
    *fitting(56, b"", b"\0\1\0", opt(1, ip("::1")) + opt(2, ip("ff05::101")) + opt(3, NAMES[0]),
             opt(4, b"abc") + opt(1, ip("::1")), opt(1, ip("::1") + ip("::2"), 40)),
    *fitting(67, b"", b"\x38", b"\x38\1", bytes(17), bytes(18)),
    *fitting(89, RULE, bytes(7), h("01102100000000"), h("0110 21") + bytes(5),
             h("0010 18") + ip("192.0.2.0") + b"\x81" + bytes(16), h("ff") + RULE[1:]),
    *fitting(91, b"", b"\x40" + h("20010db800000001"), b"\0", b"\x81" + bytes(16), bytes(18)),
    *fitting(92, bytes(4), V4V6, V4V6 + opt(93, h("0608a500")), V4V6[:4] + b"\x81"),
    *fitting(93, h("0000a5c3"), h("0404a5c3"), h("0f10a5c3"), h("10000000"), h("00110000")),
    *(m for code in (94, 95, 96) for m in fitting(
        code, b"", opt(89, RULE) + opt(90, ip("2001:db8::2")) + opt(92, V4V6))),
    *fitting(111, b"", h("005e005f00600040005800"), h("005e1234")),
    *fitting(115, h("ffff"), h("0001")), *fitting(119, h("ffff"), h("000a")),
    *fitting(131, b"\xff", b"\2"), *(m for n in range(12) for m in fitting(132, bytes([n]))),
    *(m for code in (117, 118) for m in fitting(code, NAMES[0], name("abc."), NAMES[0] + b"xy")),
    *fitting(129, bytes(3), bytes(4), bytes(4) + b"key"),
    *fitting(167, bytes(3), b"user@example.org\0\0"),
    *fitting(200, b"", b"unknown"), *fitting(10, b"x"), *fitting(65535, b"x"),
    *(msg(kind, opt(39, bytes([flags]) + NAMES[0]), PAST)
      for kind in range(1, 12) for flags in (0, 1, 2, 4, 5, 0xFF)),
    *(msg(kind, opt(39, b"\0" + value), PAST) for kind in (1, 2) for value in (b"", *NAMES)),
    msg(1, opt(39), PAST),
]  # fmt: skip

CABLE = [
    *(msg(7, cablelabs(opt(code, value), opt(2, b"ECM")), PAST)
      for code in (*range(1, 12), 33, 77, 1027) for value in (b"ab", b"abcdef")),
    *(msg(7, cablelabs(opt(code, value)), PAST)
      for code in (32, 34, 37, 61) for value in (ip("::1"), ip("::1") + ip("::2"), b"abc")),
    *(msg(7, cablelabs(opt(code, value)), PAST)
      for code in (36, 1026) for value in (MAC, MAC[:2])),
    *(msg(7, cablelabs(opt(39, bytes([n]))), PAST) for n in (1, 2, 6, 7)),
    *(msg(7, opt(17, CABLELABS + bytes(n)), PAST) for n in range(5)),
    msg(7, cablelabs(opt(8, h("001095")), opt(8, b"abcd")), PAST),
    msg(7, cablelabs(opt(38, h("fffffff6")), opt(2172, h("01020304")), opt(2172, b"abc"))),
    *(msg(7, cablelabs(opt(2, device), opt(35, h("010101 02020304 0303aabbcc 260102"))), PAST)
      for device in (b"ECM", b"eDVA", b"ERTR")),
    msg(7, cablelabs(opt(35, h("010101")), opt(2, b"EMTA")), PAST),
    msg(7, cablelabs(opt(1025, h("01020300 02020102 0301ff 0105aabbccddee 0100"))), PAST),
    msg(7, cablelabs(opt(2170, opt(1, ip("192.0.2.1")) + opt(2, ip("192.0.2.2")) + opt(3, b"ab")
                         + opt(1, b"abcde"))), PAST),
    msg(7, cablelabs(opt(2171, opt(1, b"abcd") + opt(2, b"efgh") + opt(3, b"\0" + name("a.com."))
                         + opt(4, h("000000010000000200000003")) + opt(6, name("realm."))
                         + opt(5, h("000000010000000200000003")) + opt(6, name("r.org."))
                         + opt(7, b"\1") + opt(8, b"\x0a") + opt(8, b"\x1f") + opt(9, h("0003"))
                         + opt(9, h("fffc")) + opt(3, b"\2abc") + opt(10, b"abc"))), PAST),
    msg(7, cablelabs(opt(2171, opt(7) + opt(8) + opt(7, b"ab") + opt(8, b"ab"))), PAST),
]  # fmt: skip


def bulk(kind: int, *options: bytes, transaction: int = 0x3456) -> bytes:
    """A message over TCP."""
    return sized(bytes([kind]) + transaction.to_bytes(3, "big") + b"".join(options))


SEGMENTS = [
    *(bulk(kind, opt(7, b"\1")) for kind in (*range(14, 18), 0, 1, 12, 19)),
    bulk(14, opt(44, b"\3" + ip("::1"))),
    bulk(15, opt(45, IAADDR)) + bulk(17, opt(45, IAADDR)) + bulk(16, opt(13, b"\0\0ok")),
    bulk(17, opt(7, b"\1"))[:-2], bulk(14, PAST) + h("0004 0e"),
]  # fmt: skip
