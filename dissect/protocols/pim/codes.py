"""Code points of PIM and of IANA's address families, with Wireshark's names."""

from __future__ import annotations

TYPES = {
    0: "Hello", 1: "Register", 2: "Register-stop", 3: "Join/Prune", 4: "Bootstrap", 5: "Assert",
    6: "Graft", 7: "Graft-Ack", 8: "Candidate-RP-Advertisement", 9: "State-Refresh",
    10: "DF election", 11: "ECMP redirect", 12: "PFM source discovery",
}  # fmt: skip
TYPES_1 = {
    0: "Query", 1: "Register", 2: "Register-stop", 3: "Join/Prune", 4: "RP-Reachable",
    5: "Assert", 6: "Graft", 7: "Graft-Ack", 8: "Mode",
}  # fmt: skip
ELECTION = {1: "offer", 2: "DF Winner", 3: "DF Backoff", 4: "DF Pass"}
MODES = {0: "Dense", 1: "Sparse", 2: "Sparse-Dense"}
IP_VERSIONS = {0: "Dummy Header", 4: "IPv4", 6: "IPv6"}
HELLO_OPTIONS = {
    1: "Hold Time", 2: "LAN Prune Delay", 17: "Deprecated", 18: "Deprecated", 19: "DR Priority",
    20: "Generation ID", 21: "State Refresh Capable", 22: "Bidir Capable", 24: "Address List",
    26: "Join Attribute", 65001: "Address List",
}  # fmt: skip
FLOODED = {1: "Group Source Holdtime TLV"}
ENCODINGS = {0: "Native", 1: "Native with Join Attribute"}
ATTRIBUTES = {
    0: "RPF Vector TLV", 1: "MVPN Join Attribute", 2: "MT-ID Join Attribute", 3: "Pop-Count",
    4: "Explicit RPF Vector", 5: "Transport Attribute", 6: "Receiver RLOC Attribute",
}  # fmt: skip
TRANSPORTS = {0: "Multicast", 1: "Unicast Replication"}
FAMILIES = {
    0: "Reserved", 1: "IPv4", 2: "IPv6", 3: "NSAP", 4: "HDLC (8-bit multidrop)", 5: "BBN 1822",
    6: "802 (includes all 802 media plus Ethernet)", 7: "E.163",
    8: "E.164 (SMDS, Frame Relay, ATM)", 9: "F.69 (Telex)", 10: "X.121 (X.25, Frame Relay)",
    11: "IPX", 12: "Appletalk", 13: "Decnet IV", 14: "Banyan Vines",
    15: "E.164 with NSAP subaddress", 16: "DNS (Domain Name System)", 17: "Distinguished Name",
    18: "AS Number", 19: "XTP over IP version 4", 20: "XTP over IP version 6",
    21: "XTP native mode XTP", 22: "Fibre Channel World-Wide Port Name",
    23: "Fibre Channel World-Wide Node Name", 24: "GWID", 25: "Layer-2 VPN",
    26: "MPLS-TP Section Endpoint Identifier", 27: "MPLS-TP LSP Endpoint Identifier",
    28: "MPLS-TP Pseudowire Endpoint Identifier", 29: "MT IP: Multi-Topology IP version 4",
    30: "MT IPv6: Multi-Topology IP version 6", 196: "Layer-2 VPN (old)",
}  # fmt: skip
