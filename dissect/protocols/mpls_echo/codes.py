"""Code points of MPLS echo (IANA, mpls-lsp-ping-parameters), by Wireshark's names."""

from __future__ import annotations

MESSAGES = {
    1: "MPLS Echo Request", 2: "MPLS Echo Reply", 3: "MPLS Data Plane Verification Request",
    4: "MPLS Data Plane Verification Reply",
}  # fmt: skip
REPLY_MODES = {
    1: "Do not reply", 2: "Reply via an IPv4/IPv6 UDP packet",
    3: "Reply via an IPv4/IPv6 UDP packet with Router Alert",
    4: "Reply via application level control channel",
}  # fmt: skip
RETURN_CODES = {
    0: "No return code", 1: "Malformed echo request received",
    2: "One or more of the TLVs was not understood",
    3: "Replying router is an egress for the FEC at stack depth RSC",
    4: "Replying router has no mapping for the FEC at stack depth RSC",
    5: "Downstream Mapping Mismatch", 6: "Upstream Interface Index Unknown", 7: "Reserved",
    8: "Label switched at stack-depth RSC",
    9: "Label switched but no MPLS forwarding at stack-depth RSC",
    10: "Mapping for this FEC is not the given label at stack depth RSC",
    11: "No label entry at stack-depth RSC",
    12: "Protocol not associated with interface at FEC stack depth RSC",
    13: "Premature termination, label stack shrinking to a single label",
    14: "See DDM TLV for meaning of Return Code and Return SubCode",
    15: "Label switched with FEC change",
}  # fmt: skip

TLVS = {
    1: "Target FEC Stack", 2: "Downstream Mapping", 3: "Pad", 4: "Error Code",
    5: "Vendor Enterprise Code", 6: "TDB", 7: "IPv4 Interface and Label Stack Object",
    8: "IPv6 Interface and Label Stack Object", 9: "Errored TLVs", 10: "Reply TOS Byte",
    11: "P2MP Responder Identifier", 12: "P2MP Echo Jitter", 13: "Source Identifier TLV",
    14: "Destination Identifier TLV", 15: "BFD Discriminator TLV",
    16: "Reverse-path Target FEC Stack", 20: "Detailed Downstream Mapping", 64512: "Vendor Private",
}  # fmt: skip
FECS = {
    1: "LDP IPv4 prefix", 2: "LDP IPv6 prefix", 3: "RSVP IPv4 Session Query",
    4: "RSVP IPv6 Session Query", 5: "Reserved", 6: "VPN IPv4 prefix", 7: "VPN IPv6 prefix",
    8: "L2 VPN endpoint", 9: "FEC 128 Pseudowire - IPv4 (Deprecated)",
    10: "FEC 128 Pseudowire - IPv4", 11: "FEC 129 Pseudowire - IPv4", 12: "BGP labeled IPv4 prefix",
    13: "BGP labeled IPv6 prefix", 14: "Generic IPv4 prefix", 15: "Generic IPv6 prefix",
    16: "Nil FEC", 17: "RSVP P2MP IPv4 Session Query", 18: "RSVP P2MP IPv6 Session Query",
    22: "Static LSP", 23: "Static Pseudowire", 24: "FEC 128 Pseudowire - IPv6",
    25: "FEC 129 Pseudowire - IPv6", 34: "IPv4 IGP-Prefix Segment ID",
    35: "IPv6 IGP-Prefix Segment ID", 36: "IGP-Adjacency Segment ID", 64512: "Vendor Private",
}  # fmt: skip
ENCAPSULATIONS = {
    1: "Frame Relay DLCI (Martini Mode)", 2: "ATM AAL5 SDU VCC transport",
    3: "ATM transparent cell transport", 4: "Ethernet Tagged Mode", 5: "Ethernet", 6: "HDLC",
    7: "PPP", 8: "SONET/SDH Circuit Emulation Service", 9: "ATM n-to-one VCC cell transport",
    10: "ATM n-to-one VPC cell transport", 11: "IP layer2 transport",
    12: "ATM one-to-one VCC Cell Mode", 13: "ATM one-to-one VPC Cell Mode",
    14: "ATM AAL5 PDU VCC transport", 15: "Frame-Relay Port mode",
    16: "SONET/SDH Circuit Emulation over Packet", 17: "Structure-agnostic E1 over Packet",
    18: "Structure-agnostic T1 (DS1) over Packet", 19: "Structure-agnostic E3 over Packet",
    20: "Structure-agnostic T3 (DS3) over Packet", 21: "CESoPSN basic mode", 22: "TDMoIP AAL1 Mode",
    23: "CESoPSN TDM with CAS", 24: "TDMoIP AAL2 Mode", 25: "Frame Relay DLCI",
    26: "ROHC Transport Header-compressed Packets", 27: "ECRTP Transport Header-compressed Packets",
    28: "IPHC Transport Header-compressed Packets", 29: "cRTP Transport Header-compressed Packets",
    30: "ATM VP Virtual Trunk", 31: "FC Port Mode",
}  # fmt: skip
IGPS = {
    0: "Any IGP protocol", 1: "OSPF", 2: "IS-IS",
}  # fmt: skip
ADJACENCIES = {
    0: "Unnumbered Interface Adjacency", 1: "Parallel Adjacency", 4: "IPv4, Non-parallel Adjacency",
    6: "IPv6, Non-parallel Adjacency",
}  # fmt: skip

ADDRESS_TYPES = {
    1: "IPv4 Numbered", 2: "IPv4 Unnumbered", 3: "IPv6 Numbered", 4: "IPv6 Unnumbered", 5: "Non IP",
}  # fmt: skip
MULTIPATHS = {
    0: "no multipath", 1: "label", 2: "IP address", 3: "label range", 4: "IP address range",
    5: "no more labels", 6: "All IP addresses", 7: "no match", 8: "Bit-masked IPv4 address set",
    9: "Bit-masked label set",
}  # fmt: skip
LABEL_PROTOCOLS = {
    0: "Unknown", 1: "Static", 2: "BGP", 3: "LDP", 4: "RSVP-TE", 5: "OSPF", 6: "IS-IS",
}  # fmt: skip
PAD_ACTIONS = {
    1: "Drop Pad TLV from reply", 2: "Copy Pad TLV to reply",
}  # fmt: skip
OPERATIONS = {
    1: "Push", 2: "Pop",
}  # fmt: skip
PEER_TYPES = {
    0: "Unspecified", 1: "IPv4", 2: "IPv6",
}  # fmt: skip
RESPONDERS = {
    1: "IPv4 Egress Address P2MP Responder Identifier",
    2: "IPv6 Egress Address P2MP Responder Identifier",
    3: "IPv4 Node Address P2MP Responder Identifier",
    4: "IPv6 Node Address P2MP Responder Identifier",
}  # fmt: skip

VENDOR = 0xFC00
"""The first TLV and sub-TLV type of vendors, which name themselves."""

LABELS = {
    0: "IPv4 Explicit-Null", 1: "Router Alert", 2: "IPv6 Explicit-Null", 3: "Implicit-Null",
    7: "Entropy Label Indicator (ELI)", 13: "Generic Associated Channel Label (GAL)",
    14: "OAM Alert",
}  # fmt: skip
