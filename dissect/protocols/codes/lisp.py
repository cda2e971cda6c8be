"""LISP's message types, actions and address formats, and the address families they hold (IANA)."""

from __future__ import annotations

TYPES: dict[int, str] = {
    1: "Map-Request",
    2: "Map-Reply",
    3: "Map-Register",
    4: "Map-Notify",
    5: "Map-Notify-Ack",
    6: "Map-Referral",
    7: "Info",
    8: "Encapsulated Control Message",
}

FAMILIES: dict[int, str] = {
    0: "Reserved",
    1: "IPv4",
    2: "IPv6",
    3: "NSAP",
    4: "HDLC (8-bit multidrop)",
    5: "BBN 1822",
    6: "802 (includes all 802 media plus Ethernet)",
    7: "E.163",
    8: "E.164 (SMDS, Frame Relay, ATM)",
    9: "F.69 (Telex)",
    10: "X.121 (X.25, Frame Relay)",
    11: "IPX",
    12: "Appletalk",
    13: "Decnet IV",
    14: "Banyan Vines",
    15: "E.164 with NSAP subaddress",
    16: "DNS (Domain Name System)",
    17: "Distinguished Name",
    18: "AS Number",
    19: "XTP over IP version 4",
    20: "XTP over IP version 6",
    21: "XTP native mode XTP",
    22: "Fibre Channel World-Wide Port Name",
    23: "Fibre Channel World-Wide Node Name",
    24: "GWID",
    25: "Layer-2 VPN",
    26: "MPLS-TP Section Endpoint Identifier",
    27: "MPLS-TP LSP Endpoint Identifier",
    28: "MPLS-TP Pseudowire Endpoint Identifier",
    29: "MT IP: Multi-Topology IP version 4",
    30: "MT IPv6: Multi-Topology IP version 6",
    196: "Layer-2 VPN (old)",
    16384: "EIGRP Common Service Family",
    16385: "EIGRP IPv4 Service Family",
    16386: "EIGRP IPv6 Service Family",
    16387: "LISP Canonical Address Format (LCAF)",
    16388: "BGP-LS",
    16389: "48-bit MAC Address",
    16390: "64-bit MAC Address",
    16391: "OUI",
    16392: "MAC/24",
    16393: "MAC/40",
    16394: "IPv6/64",
    16395: "RBridge Port ID",
    16396: "TRILL Nickname",
    65535: "Reserved",
}

ACTIONS: dict[int, str] = {
    0: "No-Action",
    1: "Natively-Forward",
    2: "Send-Map-Request",
    3: "Drop/No-Reason",
    4: "Drop/Policy-Denied",
    5: "Drop/Authentication-Failure",
    6: "Forward-For-Unknown-Address",
}

REFERRALS: dict[int, str] = {
    0: "Node Referral",
    1: "Map-Server Referral",
    2: "Map-Server Ack",
    3: "Map-Server Not Registered",
    4: "Delegation Hole",
    5: "Not Authoritative",
}
"""The actions of a Map-Referral (RFC 8111, section 5)."""

FORMATS: dict[int, str] = {
    0: "Null Body",
    1: "AFI List",
    2: "Instance ID",
    3: "AS Number",
    4: "Application Data",
    5: "Geo Coordinates",
    6: "Opaque Key",
    7: "NAT Traversal",
    8: "Nonce Locator",
    9: "Multicast Info",
    10: "Explicit Locator Path",
    11: "Security Key",
    12: "Source/Dest Key",
    13: "Replication List Entry",
    14: "JSON Data Model",
    15: "Key/Value Address Pair",
    255: "Vendor Specific LCAF",
}
"""LISP Canonical Address Formats (RFC 8060)."""
