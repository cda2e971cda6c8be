"""Channel types of the MPLS generalized associated channel (IANA, g-ach-parameters)."""

from __future__ import annotations

CHANNELS: dict[int, str] = {
    0x0000: "Reserved",
    0x0001: "Management Communication Channel (MCC)",
    0x0002: "Signaling Communication Channel (SCC)",
    0x0007: "BFD Control, PW-ACH-encapsulated (BFD Without IP/UDP Headers)",
    0x000A: "MPLS Direct Loss Measurement (DLM)",
    0x000B: "MPLS Inferred Loss Measurement (ILM)",
    0x000C: "MPLS Delay Measurement (DM)",
    0x000D: "MPLS Direct Loss and Delay Measurement (DLM+DM)",
    0x000E: "MPLS Inferred Loss and Delay Measurement (ILM+DM)",
    0x0021: "IPv4 packet",
    0x0022: "MPLS-TP CC message",
    0x0023: "MPLS-TP CV message",
    0x0024: "Protection State Coordination Protocol (PSC)",
    0x0025: "On-Demand CV",
    0x0026: "LI",
    0x0027: "Pseudo-Wire OAM",
    0x0028: "MAC Withdraw OAM Msg",
    0x0057: "IPv6 packet",
    0x0058: "Fault OAM",
    0x7FF8: "Reserved for Experimental Use",
    0x7FF9: "Reserved for Experimental Use",
    0x7FFA: "Reserved for Experimental Use",
    0x7FFB: "Reserved for Experimental Use",
    0x7FFC: "Reserved for Experimental Use",
    0x7FFD: "Reserved for Experimental Use",
    0x7FFE: "Reserved for Experimental Use",
    0x7FFF: "Reserved for Experimental Use",
    0x8902: "MPLS-TP OAM",
}
