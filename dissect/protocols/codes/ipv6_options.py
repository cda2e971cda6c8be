"""IPv6 destination and hop-by-hop options, and routing types (IANA, ipv6-parameters)."""

from __future__ import annotations

OPTIONS: dict[int, str] = {
    0x00: "Pad1",
    0x01: "PadN",
    0x04: "Tunnel Encapsulation Limit",
    0x05: "Router Alert",
    0x07: "CALIPSO",
    0x08: "SMF_DPD",
    0x0F: "Performance and Diagnostic Metrics",
    0x1E: "Experimental (0x1E)",
    0x26: "Quick-Start",
    0x30: "Path MTU Option",
    0x31: "IOAM Option",
    0x3E: "Experimental (0x3E)",
    0x41: "Tunnel Payload Forwarding (TPF) Information",
    0x5E: "Experimental (0x5E)",
    0x63: "RPL Option",
    0x6D: "MPL Option",
    0x7E: "Experimental (0x7E)",
    0x8A: "Endpoint Identification",
    0x8B: "ILNP Nonce",
    0x8C: "Line-Identification Option",
    0x9E: "Experimental (0x9E)",
    0xBE: "Experimental (0xBE)",
    0xC2: "Jumbo Payload",
    0xC9: "Home Address",
    0xDE: "Experimental (0xDE)",
    0xEE: "IP_DFF",
    0xFE: "Experimental (0xFE)",
}

ACTIONS: dict[int, str] = {
    0: "Skip and continue",
    1: "Discard",
    2: "Discard and send ICMP Parameter Problem",
    3: "Discard and send ICMP if not multicast",
}

ROUTING_TYPES: dict[int, str] = {
    0: "Source Route",
    1: "Nimrod",
    2: "Type 2 Routing",
    3: "RPL Source Route",
    4: "Segment Routing",
    5: "Compact Routing Header 16",
    6: "Compact Routing Header 32",
    253: "Experiment 1",
    254: "Experiment 2",
}
