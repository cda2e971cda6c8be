"""SCTP's chunks, parameters, error causes and payload protocols (IANA, SCTP Parameters)."""

from __future__ import annotations

CHUNKS: dict[int, str] = {
    0: "DATA", 1: "INIT", 2: "INIT_ACK", 3: "SACK", 4: "HEARTBEAT", 5: "HEARTBEAT_ACK",
    6: "ABORT", 7: "SHUTDOWN", 8: "SHUTDOWN_ACK", 9: "ERROR", 10: "COOKIE_ECHO", 11: "COOKIE_ACK",
    12: "ECNE", 13: "CWR", 14: "SHUTDOWN_COMPLETE", 15: "AUTH", 16: "NR_SACK", 64: "I_DATA",
    128: "ASCONF_ACK", 129: "PKTDROP", 130: "RE_CONFIG", 132: "PAD", 192: "FORWARD_TSN",
    193: "ASCONF", 194: "I_FORWARD_TSN", 255: "IETF_EXTENSION",
}  # fmt: skip
PAYLOADS: dict[int, str] = {
    0: "not specified", 1: "IUA", 2: "M2UA", 3: "M3UA", 4: "SUA", 5: "M2PA", 6: "V5UA",
    7: "H.248/MEGACO", 8: "BICC/Q.2150.3", 9: "TALI", 10: "DUA", 11: "ASAP", 12: "ENRP",
    13: "H.323", 14: "Q.IPC/Q.2150.3", 15: "SIMCO", 16: "DDP Segment Chunk",
    17: "DDP Stream Session Control", 18: "S1 Application Protocol (S1AP)", 19: "RUA",
    20: "HNBAP", 21: "ForCES-HP", 22: "ForCES-MP", 23: "ForCES-LP", 24: "SBc-AP", 25: "NBAP",
    26: "Unassigned", 27: "X2AP", 28: "IRCP", 29: "LCS-AP", 30: "MPICH2", 31: "SABP",
    32: "Fractal Generator Protocol", 33: "Ping Pong Protocol", 34: "CalcApp Protocol",
    35: "Scripting Service Protocol", 36: "NetPerfMeter Control", 37: "NetPerfMeter Data",
    38: "Echo", 39: "Discard", 40: "Daytime", 41: "Character Generator", 42: "3GPP RNA",
    43: "3GPP M2AP", 44: "3GPP M3AP", 45: "SSH", 46: "DIAMETER", 47: "DIAMETER over DTLS",
    48: "R14P", 49: "Generic Data Transfer Protocol (GDT)", 50: "WebRTC Control",
    51: "WebRTC String", 52: "WebRTC Binary Partial (Deprecated)", 53: "WebRTC Binary",
    54: "WebRTC String Partial (Deprecated)", 55: "3GPP PUA", 56: "WebRTC String Empty",
    57: "WebRTC Binary Empty", 58: "XwAP", 59: "Xw - Control Plane", 60: "NGAP", 61: "XnAP",
    62: "F1 AP", 65: "ELE2 Lawful Interception", 66: "NGAP over DTLS", 67: "XnAP over DTLS",
    68: "F1AP over DTLS", 69: "E1AP over DTLS", 70: "E2-CP", 71: "E2-UP", 72: "E2-DU", 73: "W1AP",
}  # fmt: skip
PARAMETERS: dict[int, str] = {
    0x1: "Heartbeat info", 0x5: "IPv4 address", 0x6: "IPv6 address", 0x7: "State cookie",
    0x8: "Unrecognized parameter", 0x9: "Cookie preservative", 0xB: "Hostname address",
    0xD: "Outgoing SSN reset request", 0xE: "Incoming SSN reset request",
    0xF: "SSN/TSN reset request", 0x10: "Re-configuration response",
    0x11: "Add outgoing streams request", 0x12: "Add incoming streams request",
    0xC: "Supported address types", 0x8000: "ECN", 0x8002: "Random",
    0x8003: "Authenticated Chunk list", 0x8004: "Requested HMAC Algorithm",
    0x8008: "Supported Extensions", 0xC000: "Forward TSN supported", 0xC001: "Add IP address",
    0xC002: "Delete IP address", 0xC003: "Error cause indication", 0xC004: "Set primary address",
    0xC005: "Success report", 0xC006: "Adaptation Layer Indication",
}  # fmt: skip
CAUSES: dict[int, str] = {
    0x1: "Invalid stream identifier", 0x2: "Missing mandatory parameter",
    0x3: "Stale cookie error", 0x4: "Out of resource", 0x5: "Unresolvable address",
    0x6: "Unrecognized chunk type", 0x7: "Invalid mandatory parameter",
    0x8: "Unrecognized parameters", 0x9: "No user data",
    0xA: "Cookie received while shutting down",
    0xB: "Restart of an association with new addresses", 0xC: "User initiated ABORT",
    0xD: "Protocol violation", 0xA0: "Request to delete last address",
    0xA1: "Operation refused due to resource shortage", 0xA2: "Request to delete source address",
    0xA3: "Association Aborted due to illegal ASCONF-ACK",
    0xA4: "Request refused - no authorization", 0x105: "Unsupported HMAC identifier",
}  # fmt: skip
RESULTS: dict[int, str] = {
    0: "Nothing to do", 1: "Performed", 2: "Denied", 3: "Error - Wrong SSN",
    4: "Error - Request already in progress", 5: "Error - Bad sequence number", 6: "In progress",
}  # fmt: skip

HMACS: dict[int, str] = {0: "Reserved", 1: "SHA-1", 2: "Reserved", 3: "SHA-256"}
ADDRESS_TYPES: dict[int, str] = {5: "IPv4 address", 6: "IPv6 address", 11: "Hostname address"}
