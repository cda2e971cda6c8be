"""L2TP's attributes of vendors, and their values (the vendors' own documents)."""

from __future__ import annotations

CISCO_AVPS: dict[int, str] = {
    0: "Cisco ACK",
    1: "Assigned Connection ID",
    2: "Pseudowire Capabilities List",
    3: "Local Session ID",
    4: "Remote Session ID",
    5: "Assigned Cookie",
    6: "Remote End ID",
    7: "Pseudowire Type",
    8: "Circuit Status",
    9: "Session Tie Breaker",
    10: "Draft AVP Version",
    12: "Message Digest",
    13: "Control Message Authentication Nonce",
    14: "Interface MTU",
}

BROADBAND_AVPS: dict[int, str] = {
    1: "Agent-Circuit-Id",
    2: "Agent-Remote-Id",
    129: "Actual-Data-Rate-Upstream",
    130: "Actual-Data-Rate-Downstream",
    131: "Minimum-Data-Rate-Upstream",
    132: "Minimum-Data-Rate-Downstream",
    133: "Attainable-Data-Rate-Upstream",
    134: "Attainable-Data-Rate-Downstream",
    135: "Maximum-Data-Rate-Upstream",
    136: "Maximum-Data-Rate-Downstream",
    137: "Minimum-Data-Rate-Upstream-Low-Power",
    138: "Minimum-Data-Rate-Downstream-Low-Power",
    139: "Maximum-Interleaving-Delay-Upstream",
    140: "Actual-Interleaving-Delay-Upstream",
    141: "Maximum-Interleaving-Delay-Downstream",
    142: "Actual-Interleaving-Delay-Downstream",
    144: "Access-Loop-Encapsulation",
    145: "ANCP Access Line Type",
    254: "IWF-Session",
}

ERICSSON_AVPS: dict[int, str] = {
    0: "Message Type",
    1: "Transport Configuration",
    2: "Packet Loss",
    3: "Protocol Version",
    4: "Connection Type",
    5: "CRC32 Enabled",
    6: "STN Name",
    7: "Abis Lower Mode",
    8: "TEI to SC Map",
    9: "Channel Status List",
    10: "Extended Protocol Version",
    11: "Channel Status List 2",
}

CABLELABS_AVPS: dict[int, str] = {
    0: "Reserved",
    1: "DEPI Result Code",
    2: "DEPI Resource Allocation Request",
    3: "DEPI Resource Allocation Reply",
    4: "DEPI Local MTU",
    5: "DOCSIS SYNC Control",
    6: "EQAM Capability Bits",
    7: "DEPI Remote MTU",
    8: "DEPI Local UDP Port",
    9: "DPR Session Type",
    10: "DPR Session Status",
    100: "Downstream QAM Channel TSID Group",
    101: "Downstream QAM Channel Frequency",
    102: "Downstream QAM Channel Power",
    103: "Downstream QAM Channel Modulation",
    104: "Downstream QAM Channel J.83 Annex",
    105: "Downstream QAM Channel Symbol Rate",
    106: "Downstream QAM Channel Interleave Depth",
    107: "Downstream QAM Channel RF Block Muting",
    200: "DEPI Redundancy Capabilities",
}

MODULATIONS: dict[int, str] = {
    0: "64-QAM",
    1: "128-QAM",
}

DATA_LINKS: dict[int, str] = {
    0: "ATM AAL5",
    1: "Ethernet",
}

ENCAPSULATIONS_1: dict[int, str] = {
    0: "NA - Not Available",
    1: "Untagged Ethernet",
    2: "Single-Tagged Ethernet",
}

ENCAPSULATIONS_2: dict[int, str] = {
    0: "NA - Not Available",
    1: "PPPoA LLC",
    2: "PPPoA Null",
    3: "IP over ATM (IPoA) LLC",
    4: "IPoA Null",
    5: "Ethernet over AAL5 LLC with Frame Check Sequence (FCS)",
    6: "Ethernet over AAL5 LLC without FCS",
    7: "Ethernet over AAL5 Null with FCS",
    8: "Ethernet over AAL5 Null without FCS",
}

LINE_TYPES: dict[int, str] = {
    1: "ADSL1",
    2: "ADSL2",
    3: "ADSL2+",
    4: "VDSL1",
    5: "VDSL2",
    6: "SDSL",
    7: "UNKNOWN",
}

INTERWORKING: dict[int, str] = {
    0: "IWF not performed",
    1: "IWF performed",
}

ERICSSON_MESSAGES: dict[int, str] = {
    0: "Transport Configuration Notification",
    1: "Performance Notification",
    2: "Transport Configuration Request",
    3: "Transport Configuration Response",
    4: "Abis Lower Transport Config Request",
    5: "Abis Lower Transport Config Response",
    6: "Local Connect Channel Status Notification",
}

CONNECTION_TYPES: dict[int, str] = {
    0: "Primary",
    1: "Secondary",
}

ABIS_MODES: dict[int, str] = {
    0: "Single Timeslot",
    1: "Super Channel",
}
