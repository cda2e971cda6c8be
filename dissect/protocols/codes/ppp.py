"""PPP protocol numbers and control codes (IANA)."""

from __future__ import annotations

from dissect.engine.values import Special

PROTOCOLS: dict[int, str] = {
    0x0001: "Padding Protocol",
    0x0003: "ROHC small-CID",
    0x0005: "ROHC large-CID",
    0x0021: "Internet Protocol version 4",
    0x0023: "OSI Network Layer",
    0x0025: "Xerox NS IDP",
    0x0027: "DECnet Phase IV",
    0x0029: "Appletalk",
    0x002B: "Novell IPX",
    0x002D: "Van Jacobson Compressed TCP/IP",
    0x002F: "Van Jacobson Uncompressed TCP/IP",
    0x0031: "Bridging PDU",
    0x0033: "Stream Protocol (ST-II)",
    0x0035: "Banyan Vines",
    0x0039: "AppleTalk EDDP",
    0x003B: "AppleTalk SmartBuffered",
    0x003D: "Multi-Link",
    0x003F: "NETBIOS Framing",
    0x0041: "Cisco Systems",
    0x0043: "Ascom Timeplex",
    0x0045: "Fujitsu Link Backup and Load Balancing (LBLB)",
    0x0047: "DCA Remote Lan",
    0x0049: "Serial Data Transport Protocol (PPP-SDTP)",
    0x004B: "SNA over 802.2",
    0x004D: "SNA",
    0x004F: "IPv6 Header Compression ",
    0x0051: "KNX Bridging Data",
    0x0053: "Encryption",
    0x0055: "Individual Link Encryption",
    0x0057: "Internet Protocol version 6",
    0x0059: "PPP Muxing",
    0x005B: "Vendor-Specific Network Protocol (VSNP)",
    0x005D: "TRILL Network Protocol (TNP)",
    0x0061: "RTP IPHC Full Header",
    0x0063: "RTP IPHC Compressed TCP",
    0x0065: "RTP IPHC Compressed Non TCP",
    0x0067: "RTP IPHC Compressed UDP 8",
    0x0069: "RTP IPHC Compressed RTP 8",
    0x006F: "Stampede Bridging",
    0x0073: "MP+ Protocol",
    0x00C1: "NTCITS IPI",
    0x00FB: "Single link compression in multilink",
    0x00FD: "Compressed datagram",
    0x0201: "802.1d Hello Packets",
    0x0203: "IBM Source Routing BPDU",
    0x0205: "DEC LANBridge100 Spanning Tree",
    0x0207: "Cisco Discovery Protocol",
    0x0209: "Netcs Twin Routing",
    0x020B: "STP - Scheduled Transfer Protocol",
    0x020D: "EDP - Extreme Discovery Protocol",
    0x0211: "Optical Supervisory Channel Protocol (OSCP)",
    0x0213: "Optical Supervisory Channel Protocol (OSCP)",
    0x0231: "Luxcom",
    0x0233: "Sigma Network Systems",
    0x0235: "Apple Client Server Protocol",
    0x0281: "MPLS Unicast",
    0x0283: "MPLS Multicast",
    0x0285: "IEEE p1284.4 standard - data packets",
    0x0287: "ETSI TETRA Network Protocol Type 1",
    0x0289: "Multichannel Flow Treatment Protocol",
    0x2063: "RTP IPHC Compressed TCP No Delta",
    0x2065: "RTP IPHC Context State",
    0x2067: "RTP IPHC Compressed UDP 16",
    0x2069: "RTP IPHC Compressed RTP 16",
    0x4001: "Cray Communications Control Protocol",
    0x4003: "CDPD Mobile Network Registration Protocol",
    0x4005: "Expand accelerator protocol",
    0x4007: "ODSICP NCP",
    0x4009: "DOCSIS DLL",
    0x400B: "Cetacean Network Detection Protocol",
    0x4021: "Stacker LZS",
    0x4023: "RefTek Protocol",
    0x4025: "Fibre Channel",
    0x4027: "EMIT Protocols",
    0x405B: "Vendor-Specific Protocol (VSP)",
    0x405D: "TRILL Link State Protocol (TLSP)",
    0x8021: "Internet Protocol Control Protocol",
    0x8023: "OSI Network Layer Control Protocol",
    0x8025: "Xerox NS IDP Control Protocol",
    0x8027: "DECnet Phase IV Control Protocol",
    0x8029: "AppleTalk Control Protocol",
    0x802B: "Novell IPX Control Protocol",
    0x8031: "Bridging NCP",
    0x8033: "Stream Protocol Control Protocol",
    0x8035: "Banyan Vines Control Protocol",
    0x803D: "Multi-Link Control Protocol",
    0x803F: "NETBIOS Framing Control Protocol",
    0x8041: "Cisco Systems Control Protocol",
    0x8043: "Ascom Timeplex",
    0x8045: "Fujitsu LBLB Control Protocol",
    0x8047: "DCA Remote Lan Network Control Protocol (RLNCP)",
    0x8049: "Serial Data Control Protocol (PPP-SDCP)",
    0x804B: "SNA over 802.2 Control Protocol",
    0x804D: "SNA Control Protocol",
    0x804F: "IP6 Header Compression Control Protocol",
    0x8051: "KNX Bridging Control Protocol",
    0x8053: "Encryption Control Protocol",
    0x8055: "Individual Link Encryption Control Protocol",
    0x8057: "IPv6 Control Protocol",
    0x8059: "PPP Muxing Control Protocol",
    0x805B: "Vendor-Specific Network Control Protocol (VSNCP)",
    0x805D: "TRILL Network Control Protocol",
    0x806F: "Stampede Bridging Control Protocol",
    0x8073: "MP+ Control Protocol",
    0x80C1: "NTCITS IPI Control Protocol",
    0x80FB: "Single link compression in multilink control",
    0x80FD: "Compression Control Protocol",
    0x8207: "Cisco Discovery Protocol Control Protocol",
    0x8209: "Netcs Twin Routing",
    0x820B: "STP - Control Protocol",
    0x820D: "EDPCP - Extreme Discovery Protocol Control Protocol",
    0x8235: "Apple Client Server Protocol Control",
    0x8281: "MPLS Control Protocol",
    0x8285: "IEEE p1284.4 standard - Protocol Control",
    0x8287: "ETSI TETRA TNP1 Control Protocol",
    0x8289: "Multichannel Flow Treatment Protocol",
    0xC021: "Link Control Protocol",
    0xC023: "Password Authentication Protocol",
    0xC025: "Link Quality Report",
    0xC027: "Shiva Password Authentication Protocol",
    0xC029: "Callback Control Protocol (CBCP)",
    0xC02B: "BACP Bandwidth Allocation Control Protocol",
    0xC02D: "BAP Bandwidth Allocation Protocol",
    0xC05B: "Vendor-Specific Authentication Protocol (VSAP)",
    0xC081: "Container Control Protocol",
    0xC223: "Challenge Handshake Authentication Protocol",
    0xC225: "RSA Authentication Protocol",
    0xC227: "Extensible Authentication Protocol",
    0xC229: "Mitsubishi Security Information Exchange Protocol (SIEP)",
    0xC26F: "Stampede Bridging Authorization Protocol",
    0xC281: "Proprietary Authentication Protocol",
    0xC283: "Proprietary Authentication Protocol",
    0xC481: "Proprietary Node ID Authentication Protocol",
}

CODES: dict[int, str] = {
    0: "Vendor Specific",
    1: "Configuration Request",
    2: "Configuration Ack",
    3: "Configuration Nak",
    4: "Configuration Reject",
    5: "Termination Request",
    6: "Termination Ack",
    7: "Code Reject",
    8: "Protocol Reject",
    9: "Echo Request",
    10: "Echo Reply",
    11: "Discard Request",
    12: "Identification",
    13: "Time Remaining",
    14: "Reset Request",
    15: "Reset Ack",
}

ETHERTYPES: dict[int, int] = {0x0021: 0x0800, 0x0057: 0x86DD, 0x0281: 0x8847, 0x0283: 0x8848}
"""PPP's numbers of protocols that have an EtherType too."""

CHAP_ALGORITHMS: dict[int, str] = {
    0: "Reserved",
    1: "Reserved",
    2: "Reserved",
    3: "Reserved",
    4: "Reserved",
    5: "CHAP with MD5",
    6: "SHA-1",
    7: "CHAP with SHA-256",
    8: "CHAP with SHA3-256",
    128: "MS-CHAP",
    129: "MS-CHAP-2",
}

CALLBACKS: dict[int, str] = {
    0: "Location is determined by user authentication",
    1: "Message is dialing string",
    2: "Message is location identifier",
    3: "Message is E.164",
    4: "Message is distinguished name",
    5: "unassigned",
    6: "Location is determined during CBCP negotiation",
}

ENDPOINT_CLASSES: dict[int, str] = {
    0: "Null",
    1: "Locally assigned address",
    2: "Internet Protocol (IP) address",
    3: "IEEE 802.1 globally assigned MAC address",
    4: "PPP magic-number block",
    5: "Public switched network directory number",
}

DCE_MODES: dict[int, str] = {
    1: "Mode-1 (No Additional Negotiation)",
    2: "Mode-2 (Full PPP Negotiation and State Machine)",
}

MULTILINK_FORMATS: dict[int, str] = {
    2: "Long sequence number fragment format with classes",
    6: "Short sequence number fragment format with classes",
}

CHARACTER_SETS = Special(
    {
        3: "ANSI_X3.4-1968",
        4: "ISO_8859-1:1987",
        106: "UTF-8",
        111: "ISO-8859-15",
        113: "GBK",
        1000: "ISO-10646-UCS-2",
        1001: "ISO-10646-UCS-4",
        1012: "UTF-7",
        1015: "UTF-16",
        2026: "Big5",
        2252: "windows-1252",
    }
)
"""Those that are in use, of IANA's few hundred."""

CONTROL_CHARACTERS = (
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR",
    "SO", "SI", "DLE", "DC1 (XON)", "DC2", "DC3 (XOFF)", "DC4", "NAK", "SYN", "ETB", "CAN", "EM",
    "SUB", "ESC", "FS", "GS", "RS", "US",
)  # fmt: skip
"""ASCII's, by number."""

IP_COMPRESSIONS: dict[int, str] = {
    0x0003: "Robust Header Compression (ROHC)",
    0x002D: "VJ compression",
    0x0037: "VJ compression (RFC1172-typo)",
    0x0061: "IPHC compression",
}

ROHC_PROFILES: dict[int, str] = {
    0x0000: "ROHC uncompressed -- no compression",
    0x0002: "ROHC UDP -- non-RTP UDP/IP compression",
    0x0003: "ROHC ESP -- ESP/IP compression",
}

IPHC_PARAMETERS: dict[int, str] = {
    1: "The number of contexts for TCP Space is 0",
    2: "The number of contexts for Non TCP Space is 0",
}

LZS_CHECKS: dict[int, str] = {
    0: "None", 1: "LCB", 2: "CRC", 3: "Sequence Number", 4: "Extended Mode",
}  # fmt: skip

LZS_DCP_CHECKS: dict[int, str] = {
    0: "None", 1: "LCB", 2: "Sequence Number", 3: "Sequence Number + LCB (default)",
}  # fmt: skip

LZS_DCP_PROCESSING: dict[int, str] = {0: "None (default)", 1: "Process-Uncompressed"}

DEFLATE_METHODS: dict[int, str] = {8: "zlib compression"}
