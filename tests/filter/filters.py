"""Filters that are asked of us and of Wireshark, by what they are about: one a line."""

from __future__ import annotations

ACCEPTED = {
    "existence": """
        ipv6
        icmpv6
        vlan
        tcp.flags.syn
        ipv6.opt
        ipv6.hopopts
        dns.qry.name
        .ipv6
        frame
        ipv6.slaac_mac
        ipv6.6to4_gw_ipv4
        ipv6.routing.type
        not ipv6
        !arp
    """,
    "logic": """
        ipv6 and tcp
        ipv6 && !udp
        tcp or udp
        tcp||arp
        not not ipv6
        ! ! ipv6
        not ipv6 and tcp
        !(ipv6 and not tcp)
        ipv6 and (tcp or udp) and not dns
        ipv6.hlim == 64 and not tcp or arp
        arp or ipv6 and not icmpv6
        (((vlan)))
        (ip or ipv6) and not (udp or tcp)
        ipv6 and(tcp)
        not(ipv6)
    """,
    "equality of fields that occur several times": """
        ipv6.hlim == 64
        ipv6.hlim eq 255
        ipv6.hlim != 64
        ipv6.hlim ne 255
        ipv6.hlim === 64
        ipv6.hlim !== 64
        ipv6.hlim ~= 64
        ipv6.hlim any_eq 64
        ipv6.hlim all_eq 64
        ipv6.hlim any_ne 64
        ipv6.hlim all_ne 64
        ipv6.addr == fe80::/10
        ipv6.addr != fe80::/10
        ipv6.addr === fe80::/10
        ipv6.addr !== fe80::/10
        !(ipv6.addr == fe80::/10)
        tcp.port == 80
        tcp.port != 80
        tcp.port !== 80
        tcp.port === 80
        tcp.port == 80 && tcp.port == 443
        icmpv6.opt.type == 1
        icmpv6.opt.type != 1
        icmpv6.opt.type === 3
        icmpv6.opt.type !== 3
    """,
    "order": """
        ipv6.hlim < 64
        ipv6.hlim lt 255
        ipv6.hlim <= 64
        ipv6.hlim le 1
        ipv6.hlim > 64
        ipv6.hlim gt 1
        ipv6.hlim >= 255
        ipv6.hlim ge 64
        ipv6.src > fe80::
        ipv6.src >= 2001:db8::
        ip.addr > 192.0.2.1
        eth.src > 00:00:00:00:00:00
        frame.protocols > "eth:ethertype:ipv6:tcp"
        tcp.seq_raw < 2147483648
        ipv6.hlim > ipv6.plen > 3
        udp.payload > ff:ff:ff
        udp.payload < "zzz"
        frame[0:2] < 00:00:00
    """,
    "quantifiers": """
        all ipv6.hlim == 64
        any ipv6.hlim == 64
        all ipv6.hlim > 64
        all ipv6.addr != fe80::/10
        any ipv6.addr != fe80::/10
        all ipv6.addr in {fe80:: .. ff02::ffff}
        all tcp.port > 1000
        all icmpv6.opt.type < icmpv6.opt.length
        not all ipv6.hlim == 64
        all frame.protocols contains "ipv6"
        all ipv6.hlim + 1 == 65
        all len(ipv6.src) == 16
        all ipv6.addr[0:2] == fe:80
    """,
    "fields on both sides": """
        ipv6.src == ipv6.dst
        eth.src == arp.src.hw_mac
        arp.src.proto_ipv4 == arp.dst.proto_ipv4
        icmpv6.opt.linkaddr == eth.src
        tcp.srcport == tcp.port
        tcp.port == tcp.port
        tcp.port != tcp.port
        tcp.port === tcp.port
        tcp.port !== tcp.port
        all tcp.port < tcp.port
        icmpv6.opt.type == icmpv6.opt.length
        icmpv6.opt.type === icmpv6.opt.length
        icmpv6.opt.type != icmpv6.opt.length
        icmpv6.opt.type !== icmpv6.opt.length
        icmpv6.opt.type < icmpv6.opt.length
        tcp.flags.syn == tcp.flags.ack
        ipv6.hlim == frame.len
        frame.protocols == frame.protocols[0:]
    """,
    "whole numbers": """
        icmpv6.type == 134
        icmpv6.type == 0x86
        icmpv6.type == 0206
        icmpv6.type == 0b10000110
        icmpv6.type == '\\x86'
        icmpv6.type == '\\206'
        icmpv6.type == 'a'
        icmpv6.type == -1
        frame.len > '\\''
        ipv6.hlim == +64
        ipv6.flow == 0xabcde
        ipv6.flow > 0
        eth.type == 0x86dd
        ip.ttl < 5
        tcp.flags == 0x012
        frame.number == 5
        frame.len > 0x3e8
        vlan.id == 5
        frame.interface_id == 0
        icmpv6.opt.aro.eui64 == 1
        ip.proto == 17
    """,
    "names of values": """
        icmpv6.type == "Router Advertisement"
        icmpv6.type == "router advertisement"
        icmpv6.type in {"Router Solicitation", 134}
        ipv6.nxt == "ICMPv6"
        ipv6.nxt == ICMPv6
        ipv6.nxt > "TCP"
        ipv6.nxt in {TCP .. UDP}
        eth.type == IPv6
        eth.type == "IPv6"
        arp.opcode == request
        ip.proto == UDP
        tcp.checksum.status == "Good"
        vlan.priority == "Best Effort (default)"
        ipv6.tclass.dscp == "Default"
    """,
    "booleans": """
        tcp.flags.syn == 1
        tcp.flags.syn == 0
        tcp.flags.syn == True
        tcp.flags.syn == FALSE
        tcp.flags.syn == Set
        tcp.flags.syn == "Not set"
        tcp.flags.syn == 2
        tcp.flags.syn > 0
        tcp.flags.syn in {0,1}
        icmpv6.nd.ra.flag.m == "Set"
        icmpv6.opt.prefix.flag.l == True && icmpv6.opt.prefix.flag.a == 0
    """,
    "addresses": """
        ipv6.src == fe80::200:5eff:fe00:5301
        ipv6.src == ::
        ipv6.src==::
        ipv6.src == ::ffff:192.0.2.1
        ipv6.src == 2001:DB8::/32
        ipv6.src != 2001:db8::/32
        ipv6.src == 2001:db8::/0
        ipv6.addr == ff02::1
        ip.addr == 192.0.2.0/24
        ip.addr == 192.0.2.1/0
        ip.addr == 192.0.2.1
        ip.addr & 255.0.0.0 == 192.0.0.0
        eth.src == 00:00:5e:00:53:01
        eth.src == 00-00-5e-00-53-01
        eth.src == 00.00.5e.00.53.01
        eth.src == 0000.5e00.5301
        eth.src == 00005e005301
        ipv6.src_slaac_mac == 00:00:5e:00:53:01
        icmpv6.opt.aro.eui64 == 00:00:00:00:00:00:00:01
        icmpv6.opt.aro.eui64 > 00:00:00:00:00:00:00:01
    """,
    "sets": """
        ipv6.hlim in {64,255}
        ipv6.hlim in {1..5}
        ipv6.hlim in {64 .. 255}
        ipv6.hlim in {64,64..255,1}
        ipv6.hlim not in {64}
        ipv6.hlim !in {64}
        !ipv6.hlim in {64}
        ipv6.hlim in { ipv6.plen, 64 }
        tcp.port in {80, 440..443}
        ipv6.src in {fe80::/10}
        ipv6.src in {fe80::200:5eff:fe00:5301, 2001:db8::/32}
        ipv6.src in {::1..fe80::ffff}
        ip.src in {192.0.2.1..192.0.2.9}
        eth.src in {00:00:5e:00:53:01, 00-00-5e-00-53-02}
        eth.src in {00:00:5e:00:53:01..00:00:5e:00:53:09}
        frame.protocols in {"eth:ethertype:ipv6:tcp", "x"}
        frame.protocols in {"eth:a".."eth:f"}
        frame.time_delta in {0 .. 0.001}
    """,
    "slices": """
        eth.src[0:3] == 00:00:5e
        eth.src[1-2] == 00:5e
        eth.src[:4] == 00:00:5e:00
        eth.src[4:] == 53:01
        eth.src[3] == 00
        eth.src[-2:2] == 53:01
        eth.src[-2:] == 53:01
        eth.src[0:1,3:2] == 00:00:53
        eth.src[0,3-4,5:] == 00:00:53:01
        eth.src[ 1 : 2 ] == 00:5e
        eth.src [1:2] == 00:5e
        eth.src[0x1] == 00
        eth.src[1:2][0] == 00
        eth.src[6] == 00
        eth.src[0:10]
        eth.src[0:3]
        eth.src[0:3] == eth.dst[0:3]
        eth.src[0:6] == eth.dst
        eth.src[0:3] == "abc"
        eth.src[0] == 0
        eth.src[0] == 0x00
        eth.src[0] == 'a'
        eth.src[0:4] == 0000.5e00
        ipv6.src[0:2] == fe80
        ipv6.src[0:2] > fe:00
        ip.src[0:2] == c0:00
        frame.protocols[0:3] == "eth"
        frame.protocols[0:3] == 65:74:68
        frame.protocols[-3:] == "tcp"
        lower(frame.protocols)[0:3] == "eth"
        udp.payload[0:2] == 60:06
        frame[12:2] == 86:dd
        frame[-4:4] == 00:00:00:00
        frame[0:4] contains 33
        ipv6[6] == 3a
        ipv6[0] == 60
        udp[0:2] == 00:35
        tcp[13] & 2
        icmpv6[0] == 86
    """,
    "layers": """
        ipv6.src#1
        ipv6.src#2
        ipv6.src #2
        ipv6.src#[2]
        ipv6.src#[-1] == fe80::/10
        ipv6.src#[1-2] == 2001:db8::/32
        ipv6.src#[2:]
        ipv6.src#[:1]
        ipv6.src#[1,2]
        ipv6.src#0
        ipv6.src#2[0:2] == 20:01
        ipv6#2
        ipv6#3
        ipv6.hlim#1 == ipv6.hlim#2
        ipv6.opt.type#2
        ipv6.nxt#1 == 41
        icmpv6.type#2
        eth.addr#1
        eth.addr#2
        udp.port#2
        tcp.port#[1-2] == 80
        all ipv6.hlim#1 == 64
        count(ipv6.src#2) == 1
    """,
    "sums": """
        ipv6.hlim + 1 == 65
        ipv6.hlim+1 == 65
        ipv6.hlim -1 == 63
        ipv6.hlim * 2 == 128
        ipv6.hlim / 3 == 21
        ipv6.hlim % 3 == 1
        ipv6.hlim % 2
        ipv6.hlim + 2 * 3 == 70
        ipv6.hlim * 2 + 3 == 131
        {ipv6.hlim + 1} * 2 == 130
        -ipv6.hlim == -64
        -ipv6.hlim / 3 == -21
        ipv6.hlim == 32 * 2
        ipv6.hlim == {32 + 32}
        ipv6.hlim == 4/2
        frame.len == ipv6.plen + 54
        ipv6.plen + 54 == frame.len
        frame.len - 1000 < 0
        frame.len / 0 == 1
        ipv6.hlim - ipv6.plen > 0
        tcp.port - tcp.port == 0
        tcp.port + tcp.srcport == 160
        frame.number % 2 == 0
        tcp.flags & 0x12 == 0x12
        tcp.flags & 0x02
        tcp.flags bitwise_and 0x10
        ipv6.hlim & 0x40 + 1
        ipv6.hlim & ipv6.plen
        eth.dst[0] & 1
        eth.dst & 01:00:00:00:00:00
        ipv6.src[0] & fe == fe
        frame.time_relative + 1 > 1.01
        frame.time_relative - frame.time_delta > 0
        -frame.time_delta < 0
    """,
    "functions": """
        len(ipv6.src) == 16
        len(eth.src) == 6
        len(ipv6.hlim) == 1
        len(ipv6.flow) == 3
        len(frame.protocols) > 20
        len(udp.payload) > 100
        len(icmpv6.opt) == 0
        count(ipv6.src) == 2
        count(ipv6) == 2
        count(icmpv6.opt.type) > 2
        count(tcp.port) == 0
        lower(frame.protocols) == "eth:ethertype:ipv6:tcp"
        upper(frame.protocols) contains "IPV6"
        string(ipv6.src) contains "2001"
        string(ipv6.hlim) == "64"
        string(frame.number) matches "[13579]$"
        string(eth.src) contains "00:00:5e"
        string(tcp.flags) == "2"
        string(eth.type) contains "86dd"
        max(ipv6.hlim, ipv6.hlim) == 64
        max(ipv6.src, ipv6.dst) == ff02::1
        min(udp.srcport, udp.dstport) == 53
        min(ipv6.hlim, 10) == 10
        max(ipv6.hlim + 1, 3) == 65
        abs(ipv6.hlim - 100) == 36
        count(ipv6.src) + 1 == 3
    """,
    "strings": r"""
        frame.protocols == "eth:ethertype:ipv6:tcp"
        frame.protocols contains "tcp"
        frame.protocols contains"tcp"
        frame.protocols contains ""
        frame.protocols == "\x65th"
        frame.protocols contains "\145th"
        frame.protocols == r"a\b"
        frame.protocols == R"a\"b"
        frame.protocols contains 'v'
        frame.protocols contains 65
        frame.comment contains "a"
        dns.qry.name == "www.example"
        dns.qry.name contains "www"
        ipv6.host == "fe80::200:5eff:fe00:5301"
        ipv6.src_host contains "db8"
        tcp.flags.str == "·······A····"
        _ws.expert.message contains "Connection"
    """,
    "regular expressions": r"""
        frame.protocols matches "ipv6.*tcp"
        frame.protocols matches "IPV6"
        frame.protocols ~ "udp"
        frame.protocols matches "(?-i)IPV6"
        frame.protocols matches r"ipv6\b"
        frame.protocols matches "ipv6\\b"
        frame.protocols matches "ipv6\b"
        frame.protocols matches "^eth"
        frame.protocols matches "tcp$"
        frame.protocols matches "a{2"
        frame.protocols matches "(?<x>u)dp"
        frame.protocols matches "(?P<x>i)pv6"
        frame.protocols matches "i(?=pv6)"
        frame.protocols matches "(?<!i)cmp"
        frame.protocols matches "\\d"
        frame.protocols matches "[[:digit:]]:t"
        frame.protocols matches "ip++v"
        frame.protocols matches "(?>ip)v6:u"
        frame.protocols matches "\\x{69}p"
        frame.protocols matches "\\Qipv6:udp\\E"
        udp.payload matches "www"
        udp.payload matches "\\x00\\x01$"
        tcp.flags.str matches "s"
    """,
    "octets": """
        udp contains "www"
        ipv6 contains fe:80
        ipv6 contains "www"
        ipv6 contains 0x3a
        ipv6 contains 'w'
        frame contains 300
        frame contains 0
        frame[0:2] == 33-33
        frame[0:3] == 33.33-00
        frame[0:1] == :33
        udp.payload contains 77:77:77
        udp.payload contains udp.payload
        udp.payload == "abc"
        eth.src contains 5e:00
        tcp contains "GET"
        data contains "sixscope"
        icmpv6.opt.linkaddr == 00:00:5e:00:53:01
    """,
    "times": """
        frame.time == "2026-01-01 00:00:00"
        frame.time > "2026-01-01"
        frame.time > "2026-01-01 00:00"
        frame.time >= "2026-01-01T00:00:00.003Z"
        frame.time > "2026-01-01 00:00:00+01:00"
        frame.time > "2026-01-01 00:00:00.004 UTC"
        frame.time < "Jan  1, 2026 00:00:00.005"
        frame.time > "Jan 1, 2026 00:00:00 UTC"
        frame.time in {"2026-01-01" .. "2026-01-01 00:00:00.002"}
        frame.time_epoch > 1767225600.5
        frame.time_epoch == 1767225600
        frame.time_delta > 0.1
        frame.time_delta > -1
        frame.time_relative > 1
        frame.time_relative > 0.1 + 0.2
        icmpv6.resptime > 0
        icmpv6.resptime > 1.5e3
    """,
}

REFUSED = {
    "syntax": """
        ipv6 and
        and ipv6
        ipv6 tcp
        ipv6 not tcp
        (ipv6
        ipv6)
        ( )
        ==
        ipv6 ==
        == ipv6
        ipv6.hlim = 64
        ipv6.hlim > > 3
        ipv6.hlim !~ 64
        ipv6.hlim EQ 64
        ipv6 AND tcp
        ipv6.hlim in 64
        ipv6.hlim in (64)
        ipv6.hlim in {}
        ipv6.hlim in {64,}
        ipv6.hlim in {64 255}
        ipv6.hlim in {1...5}
        ipv6.hlim in {1+3 .. 64}
        all ipv6
        all ipv6.hlim & 0x40
        all not ipv6.hlim == 3
        ipv6.hlim == 6 4
        ipv6.hlim == 64.
        tcp.port==80or tcp
        (ipv6.hlim) == 64
        (ipv6.hlim + 1) * 2 == 130
        ipv6.src#-1
        ipv6.src# 2
        ipv6.src[0:2]#2 == 20:01
        frame.protocols == "abc
        frame.protocols == "\\q"
        frame.len > 'ab'
        frame.len > ''
    """,
    "slices": """
        eth.src[0:0] == 00
        eth.src[] == 00
        eth.src[1-0] == 00
        eth.src[:-1] == 00
        eth.src[a] == 00
        ipv6.hlim[0] == 40
        eth.src[0:3] == ipv6.hlim
        icmpv6.opt.aro.eui64[0:2] == 00:00
    """,
    "names": """
        notipv6
        ipv6.hlimm
        ipv6.hlimm == 5
        no.such.field
        ipv6.
        ipv6..src
        true
        "abc"
        1
        64 == ipv6.hlim
        64 == 64
        2 * ipv6.hlim == 128
        ipv6.hlim && 64
        foo(ipv6) == 1
        LEN(ipv6) == 40
    """,
    "types": """
        ipv6.hlim == ipv6.src
        eth.src == ipv6.src
        ip.src == ipv6.src
        ipv6.src == udp.payload
        udp.payload == frame.protocols
        frame.time_delta == frame.number
        tcp.flags.syn == tcp.flags
        frame.protocols == eth
        udp contains ipv6.hlim
        ip.addr contains 192
        ip.addr matches "192"
        icmpv6.opt == 1
        frame.time + 1 > 3
        frame.time_relative * 2 > 2
        tcp.flags.syn & 1
        ip.addr + 1 == 192.0.2.2
        frame.protocols + "a" == "b"
        eth.dst[0] + 1 == 2
    """,
    "literals": """
        ipv6.hlim == 256
        ipv6.hlim == 0xfff
        ipv6.hlim == 0777
        ipv6.hlim == 08
        ipv6.hlim == 0x
        ipv6.hlim == hop
        ipv6.hlim == "64"
        icmpv6.type == 134.0
        icmpv6.type == "Router"
        frame.len > 4294967296
        frame.len > 1_000
        tcp.flags.syn == yes
        ipv6.src == 2001:db8::/129
        ipv6.src == 2001:db8::/
        ipv6.src == 2001:db8:::
        ipv6.src == 192.0.2.1
        ipv6.src == 1
        ipv6.src == "fe80::1"
        ipv6.src == localhost
        ip.addr == 192.0.2
        ip.addr == 192.0.2.300
        ip.addr == 192.0.2.1/33
        ip.addr == 0xc0000201
        eth.src == 00:00:5e:00:53
        eth.src == broadcast
        eth.src == "00:00:5e:00:53:01"
        eth.src[0:2] == 0x0000
        udp.payload == hello
        frame contains 0xabc
        frame.time > "2026-01"
        frame.time > "Jan 1, 2026"
        frame.time > 1700000000
        frame.time_delta > "0.1"
        frame.time_delta == 1e-3
        icmpv6.resptime > "0.5"
    """,
    "functions": """
        count(ipv6.src)
        len()
        len() == 16
        len(ipv6.src, ipv6.dst) == 16
        len("abc") == 3
        len(ipv6.src[0:3]) == 3
        string(frame.protocols) == "a"
        string(ipv6) == "a"
        string(tcp.flags.syn) == "1"
        string(ipv6.hlim + 1) == "65"
        upper(udp.payload) == "abc"
        abs(ipv6.src) == 1
        abs(-1) == 1
        min(10, ipv6.hlim) == 10
        max(ipv6.hlim, ipv6.src) > 1
    """,
    "regular expressions": """
        frame.protocols matches ipv6
        frame.protocols matches "("
        frame.protocols matches "[a"
        ipv6.hlim matches "6"
    """,
}


def lines(table: dict[str, str]) -> list[str]:
    """The filters of a table."""
    return [line.strip() for text in table.values() for line in text.strip().splitlines()]
