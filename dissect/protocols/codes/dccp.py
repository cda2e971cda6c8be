"""DCCP's packet types, service codes, reset codes, options and features (IANA)."""

from __future__ import annotations

TYPES: dict[int, str] = {
    0: "Request",
    1: "Response",
    2: "Data",
    3: "Ack",
    4: "DataAck",
    5: "CloseReq",
    6: "Close",
    7: "Reset",
    8: "Sync",
    9: "SyncAck",
    10: "Listen",
    **dict.fromkeys(range(11, 16), "Reserved"),
}

SERVICE_CODES: dict[int, str] = {
    0x00000000: "not specified",
    0x006C7470: "LTP: Licklider Transmission Protocol",
    0x44495343: "DISC: Discard",
    0x52544350: "RTCP: RTCP connection, separate from the corresponding RTP",
    0x52545041: "RTPA: RTP session conveying audio data (and associated RTCP)",
    0x5254504F: "RTPO: RTP session conveying other media (and associated RTCP)",
    0x52545054: "RTPT: RTP session conveying text media (and associated RTCP)",
    0x52545056: "RTPV: RTP session conveying video data (and associated RTCP)",
    0x53594C47: "SYLG: Syslog Protocol",
    0x64746E31: "Bundle Protocol",
    0x6E706D70: "NPMP: NetPerfMeter Data",
    0xFFFFFFFF: "Reserved (Invalid)",
}

RESET_CODES: dict[int, str] = {
    0: "Unspecified",
    1: "Closed",
    2: "Aborted",
    3: "No Connection",
    4: "Packet Error",
    5: "Option Error",
    6: "Mandatory Error",
    7: "Connection Refused",
    8: "Bad Service Code",
    9: "Too Busy",
    10: "Bad Init Cookie",
    11: "Aggression Penalty",
    12: "Reserved",
}

OPTIONS: dict[int, str] = {
    0: "Padding",
    1: "Mandatory",
    2: "Slow Receiver",
    32: "Change L",
    33: "Confirm L",
    34: "Change R",
    35: "Confirm R",
    36: "Init Cookie",
    37: "NDP Count",
    38: "Ack Vector [Nonce 0]",
    39: "Ack Vector [Nonce 1]",
    40: "Data Dropped",
    41: "Timestamp",
    42: "Timestamp Echo",
    43: "Elapsed Time",
    44: "Data checksum",
    192: "CCID3 Loss Event Rate",
    193: "CCID3 Loss Intervals",
    194: "CCID3 Receive Rate",
}


def option_name(kind: int) -> str:
    """An option's name; all numbers have one."""
    return OPTIONS.get(kind, "CCID option" if kind >= 128 else "Reserved")


FEATURES: dict[int, str] = {
    0: "Reserved",
    1: "Congestion Control ID (CCID)",
    2: "Allow Short Seqnums",
    3: "Sequence Window",
    4: "ECN Incapable",
    5: "Ack Ratio",
    6: "Send Ack Vector",
    7: "Send NDP Count",
    8: "Minimum Checksum Coverage",
    9: "Check Data Checksum",
    **dict.fromkeys(range(10, 128), "Reserved"),
    192: "Send Loss Event Rate",
    **dict.fromkeys(range(193, 256), "CCID-specific feature"),
}

LISTED_FEATURES = frozenset({1, 2, 4, 6, 7, 8, 9, 192})
"""Negotiated by lists of values, an octet each (RFC 4340, section 6.3.1)."""
NUMBER_FEATURES = frozenset({3, 5})
"""One number, not negotiated (RFC 4340, section 6.3.2)."""
