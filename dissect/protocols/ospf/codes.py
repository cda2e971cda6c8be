"""Code points of OSPF, with Wireshark's names."""

from __future__ import annotations


def _ranges(*parts: tuple[int, int, str]) -> dict[int, str]:
    """A table from (first, last, name)."""
    return {code: name for first, last, name in parts for code in range(first, last + 1)}


PACKETS = {
    1: "Hello Packet", 2: "DB Description", 3: "LS Request", 4: "LS Update", 5: "LS Acknowledge",
}  # fmt: skip
AUTHENTICATIONS = {0: "Null", 1: "Simple password", 2: "Cryptographic"}
TRAILER_TYPES = {0: "Reserved", 1: "HMAC Cryptographic Authentication"}
INSTANCES = _ranges(
    (0, 31, "IPv6 unicast AF"), (32, 63, "IPv6 multicast AF"), (64, 95, "IPv4 unicast AF"),
    (96, 127, "IPv4 multicast AF"), (128, 255, "Reserved"),
)  # fmt: skip

# --- link state advertisements -----------------------------------------------------------------

LSAS_2 = {
    1: "Router-LSA", 2: "Network-LSA", 3: "Summary-LSA (IP network)", 4: "Summary-LSA (ASBR)",
    5: "AS-External-LSA (ASBR)", 6: "Group Membership LSA", 7: "NSSA AS-External-LSA",
    8: "External Attributes LSA", 9: "Opaque LSA, Link-local scope",
    10: "Opaque LSA, Area-local scope", 11: "Opaque LSA, AS-local scope",
}  # fmt: skip
OPAQUES = {
    1: "Traffic Engineering LSA", 2: "Sycamore Optical Topology Descriptions", 3: "grace-LSA",
    4: "Router Information (RI)", 5: "L1VPN LSA", 6: "Inter-AS-TE-v2 LSA",
    7: "OSPFv2 Extended Prefix Opaque LSA", 8: "OSPFv2 Extended Link Opaque LSA", 9: "TTZ LSA",
}  # fmt: skip
LSAS_3 = {
    1: "Router-LSA", 2: "Network-LSA", 3: "Inter-Area-Prefix-LSA", 4: "Inter-Area-Router-LSA",
    5: "AS-External-LSA", 6: "Group-Membership-LSA", 7: "NSSA-LSA", 8: "Link-LSA",
    9: "Intra-Area-Prefix-LSA", 12: "Router Information Opaque-LSA",
}  # fmt: skip
NEWER_LSAS = {
    11: "Grace-LSA", 33: "E-Router-LSA", 34: "E-Network-LSA", 35: "E-Inter-Area-Prefix-LSA",
    36: "E-Inter-Area-Router-LSA", 37: "E-AS-External-LSA", 39: "E-Type-7-LSA", 40: "E-Link-LSA",
    41: "E-Intra-Area-Prefix-LSA",
}  # fmt: skip
"""Of version 3, without names in tshark (RFC 5187; RFC 8362, section 2)."""
SCOPES = {
    0: "Link-Local Scoping - Flooded only on originating link",
    1: "Area Scoping - Flooded only in originating area",
    2: "AS Scoping - Flooded throughout AS",
    3: "Reserved",
}
HANDLING = (
    "Store and flood the LSA as if the type is understood",
    "Treat the LSA as if it had link-local flooding scope",
)
LINKS = {
    1: "Point-to-point connection to another router", 2: "Connection to a transit network",
    3: "Connection to a stub network", 4: "Virtual link",
}  # fmt: skip
LINKS_SHORT = {1: "PTP", 2: "Transit", 3: "Stub", 4: "Virtual"}
LINK_IDS = {
    1: "Neighboring router's Router ID", 2: "IP address of Designated Router",
    3: "IP network/subnet number", 4: "Neighboring router's Router ID",
}  # fmt: skip
EXTERNAL_TYPES = (
    "Type 1 (metric is specified in the same units as interface cost)",
    "Type 2 (metric is larger than any other link state path)",
)
RESTART_REASONS = {
    0: "Unknown", 1: "Software Restart", 2: "Software Reload/Upgrade", 3: "Processor Switchover",
}  # fmt: skip

# --- TLVs --------------------------------------------------------------------------------------

GRACE_TLVS = {
    1: "grace-LSA Grace Period", 2: "grace-LSA Restart Reason", 3: "grace-LSA Restart IP",
}  # fmt: skip
LLS_TLVS_2 = {1: "Extended options TLV", 2: "Crypto Authentication TLV", 18: "Local Interface ID"}
LLS_TLVS_3 = {
    1: "Extended Options TLV", 3: "State Check Sequence TLV", 4: "Neighbor Drop TLV",
    5: "Request From LTV", 6: "Full State For TLV", 7: "Active Overlapping Relays TLV",
    8: "Willingness TLV",
}  # fmt: skip
ROUTER_TLVS = {
    1: "Router Informational Capabilities", 2: "Router Functional Capabilities",
    3: "TE-MESH-GROUP TLV (IPv4)", 4: "TE-MESH-GROUP TLV (IPv6)",
    5: "TE Node Capability Descriptor", 6: "PCED", 7: "OSPF Dynamic Hostname",
    8: "SR-Algorithm ", 9: "SID/Label Range", 10: "Node Admin Tag ", 11: "S-BFD Discriminator",
    12: "Node MSD", 14: "SR Local Block", 15: "SRMS Preference",
    16: "Flexible Algorithm Definition",
}  # fmt: skip
ALGORITHMS = {0: "Shortest Path First", 1: "Strict Shortest Path First"}
DEPTHS = {
    0: "Reserved", 1: "Base MPLS Imposition", 41: "Maximum Segments Left", 42: "Maximum End Pop",
    43: "Maximum T.Insert", 44: "Maximum T.Encaps", 45: "Maximum End D",
}  # fmt: skip
FLEX_METRICS = {
    0: "IGP Metric", 1: "Min Unidirectional Link Delay", 2: "Traffic Engineering Metric",
}  # fmt: skip
FLEX_TLVS = {
    1: "Flexible Algorithm Exclude Admin Group", 2: "Flexible Algorithm Include-Any Admin Group",
    3: "Flexible Algorithm Include-All Admin Group", 4: "Flexible Algorithm Definition Flags",
    5: "Flexible Algorithm Exclude SRLG",
}  # fmt: skip
PREFIX_TLVS = {1: "OSPFv2 Extended Prefix", 2: "OSPFv2 Extended Prefix Range"}
ROUTES = {
    0: "Unspecified", 1: "Intra-Area", 3: "Inter-Area", 5: "AS-External", 7: "NSSA-External",
}  # fmt: skip
PREFIX_FAMILIES = {0: "IPv4 Unicast"}
SEGMENT_TLVS = {1: "SID/Label", 2: "Prefix SID"}
LINK_TLVS = {1: "OSPFv2 Extended Link"}
LINK_SUB_TLVS = {
    1: "SID/Label", 2: "Adj-SID", 3: "LAN Adj-SID", 6: "Link MSD", 7: "Graceful Link Shutdown",
    8: "Remote IPv4 Address", 9: "Local/Remote Interface ID",
    10: "Application-Specific Link Attributes", 12: "Unidirectional Link Delay",
    13: "Min/Max Unidirectional Link Delay", 14: "Unidirectional Delay Variation",
    19: "Administrative Group", 20: "Extended Administrative Group", 22: "TE Metric",
}  # fmt: skip
TE_TLVS = {1: "Router Address", 2: "Link Information", 32768: "TNA Information"}
TE_LINK_TLVS = {
    1: "Link Type", 2: "Link ID", 3: "Local Interface IP Address",
    4: "Remote Interface IP Address", 5: "Traffic Engineering Metric", 6: "Maximum Bandwidth",
    7: "Maximum Reservable Bandwidth", 8: "Unreserved Bandwidth", 9: "Resource Class/Color",
    11: "Link Local/Remote Identifier", 14: "Link Protection Type",
    15: "Interface Switching Capability Descriptor", 16: "Shared Risk Link Group",
    17: "Bandwidth Constraints", 26: "Extended Administrative Group",
    27: "Unidirectional Link Delay", 28: "Min/Max Unidirectional Link Delay",
    29: "Unidirectional Delay Variation", 32773: "Local Node ID", 32774: "Remote Node ID",
    32775: "Sonet/SDH Interface Switching Capability",
}  # fmt: skip
TNA_TLVS = {
    32776: "TNA address (IPv4)", 32777: "Node ID", 32778: "TNA address (IPv6)",
    32779: "TNA address (NSAP)",
}  # fmt: skip
LABEL_SETS = {1: "Available Label", 2: "Shared Backup Label"}
EXTENDED_TLVS = {
    1: "Router-Link", 2: "Attached-Routers", 3: "Inter-Area-Prefix", 4: "Inter-Area-Router",
    5: "External-Prefix", 6: "Intra-Area-Prefix", 7: "IPv6 Link-Local Address",
    8: "IPv4 Link-Local Address",
}  # fmt: skip
EXTENDED_SUB_TLVS = {1: "IPv6-Forwarding-Address", 2: "IPv4-Forwarding-Address", 3: "Route-Tag"}

# --- traffic engineering, GMPLS (RFC 3471, RFC 4203) -------------------------------------------

TE_LINKS = {1: "Point-to-point", 2: "Multi-access"}
CONSTRAINT_MODELS = _ranges(
    (0, 0, "(Russian Dolls Model - RDM)"), (1, 1, "(Maximum Allocation Model - MAM)"),
    (2, 2, "(Maximum Allocation with Reservation Model - MAR)"),
    (3, 239, "(Unassigned, Specification Required)"), (240, 255, "(Reserved, Private Use)"),
)  # fmt: skip
SWITCHING = _ranges((0, 255, "Unassigned")) | {
    1: "Packet-Switch Capable-1 (PSC-1)", 2: "Packet-Switch Capable-2 (PSC-2)",
    3: "Packet-Switch Capable-3 (PSC-3)", 4: "Packet-Switch Capable-4 (PSC-4)",
    30: "Ethernet Virtual Private Line (EVPL)", 40: "802.1 PBB-TE",
    51: "Layer-2 Switch Capable (L2SC)", 100: "Time-Division-Multiplex Capable (TDM)",
    125: "Data Channel Switching Capable (DCSC)", 150: "Lambda-Switch Capable (LSC)",
    151: "WSON-LSC", 152: "Flexi-Grid-LSC", 200: "Fiber-Switch Capable (FSC)",
}  # fmt: skip
ENCODINGS = {
    1: "Packet", 2: "Ethernet", 3: "ANSI/ETSI PDH", 4: "Reserved",
    5: "SDH ITU-T G.707 / SONET ANSI T1.105", 6: "Reserved", 7: "Digital Wrapper",
    8: "Lambda (photonic)", 9: "Fiber", 10: "Reserved", 11: "FiberChannel",
    12: "G.709 ODUk (Digital Path)", 13: "G.709 Optical Channel",
    14: "Ethernet Line (EPL Type 2)",
} | _ranges((15, 239, "Unassigned"), (240, 255, "Experimental Usage/temporarily"))  # fmt: skip
PROTECTIONS = {
    0x01: "Extra Traffic", 0x02: "Unprotected", 0x04: "Shared", 0x08: "Dedicated 1:1",
    0x10: "Dedicated 1+1", 0x20: "Enhanced", 0x40: "Reserved", 0x80: "Reserved",
}  # fmt: skip
GRIDS = {1: "DWDM", 2: "CWDM", 3: "Flexi"}
SIGNALS = {
    1: "VT1.5 SPE / VC-11", 2: "VT2 SPE / VC-12", 3: "VT3 SPE", 4: "VT6 SPE / VC-2",
    5: "STS-1 SPE / VC-3", 6: "STS-3c SPE / VC-4", 7: "STS-1 / STM-0 (transp)",
    8: "STS-3 / STM-1 (transp)", 9: "STS-12 / STM-4 (transp)", 10: "STS-48 / STM-16 (transp)",
    11: "STS-192 / STM-64 (transp)", 12: "STS-768 / STM-256 (transp)", 13: "VTG / TUG-2",
    14: "TUG-3", 15: "STSG-3 / AUG-1", 16: "STSG-12  / AUG-4", 17: "STSG-48  / AUG-16",
    18: "STSG-192 / AUG-64", 19: "STSG-768 / AUG-256", 21: "STS-12c SPE / VC-4-4c",
    22: "STS-48c SPE / VC-4-16c", 23: "STS-192c SPE / VC-4-64c",
}  # fmt: skip
