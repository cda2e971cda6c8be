"""Link types: LINKTYPE_ numbers in capture files (tcpdump.org/linktypes), Wireshark's beside them.

Wireshark counts link types in a way of its own (``frame.encap_type``); those listed here are the
ones that were seen in captures or are decoded.
"""

from __future__ import annotations

ENCAPSULATION: dict[int, tuple[int, str]] = {
    **{147 + n: (45 + n, f"USER {n}") for n in range(16)},
    0: (15, "NULL/Loopback"),
    1: (1, "Ethernet"),
    8: (3, "SLIP"),
    9: (4, "PPP"),
    12: (7, "Raw IP"),
    14: (7, "Raw IP"),
    50: (4, "PPP"),
    51: (139, "PPP-over-Ethernet session"),
    100: (10, "RFC 1483 ATM"),
    101: (7, "Raw IP"),
    104: (28, "Cisco HDLC"),
    105: (20, "IEEE 802.11 Wireless LAN"),
    106: (11, "Linux ATM CLIP"),
    107: (26, "Frame Relay"),
    108: (174, "OpenBSD loopback"),
    113: (25, "Linux cooked-mode capture v1"),
    123: (13, "ATM PDUs"),
    127: (23, "IEEE 802.11 plus radiotap radio header"),
    129: (9, "Linux ARCNET"),
    137: (67, "Juniper ATM1"),
    178: (83, "Juniper Ethernet"),
    195: (104, "IEEE 802.15.4 Wireless PAN"),
    204: (19, "PPP with Directional Info"),
    226: (124, "Solaris IPNET"),
    228: (129, "Raw IPv4"),
    229: (130, "Raw IPv6"),
    231: (146, "D-Bus"),
    239: (141, "NFLOG"),
    242: (180, "IP over IB"),
    258: (171, "Apple PKTAP"),
    271: (185, "Linux vsock"),
    276: (210, "Linux cooked-mode capture v2"),
}
"""LINKTYPE_ number: (Wireshark's number, name)."""
