"""TCP option kinds, experiment identifiers, Quick-Start rates (IANA's TCP parameters)."""

KINDS = {
    0: "End of Option List", 1: "No-Operation", 2: "Maximum Segment Size", 3: "Window Scale",
    4: "SACK Permitted", 5: "SACK", 6: "Echo", 7: "Echo Reply", 8: "Time Stamp Option",
    9: "Partial Order Connection Permitted", 10: "Partial Order Service Profile", 11: "CC",
    12: "CC.NEW", 13: "CC.ECHO", 14: "TCP Alternate Checksum Request",
    15: "TCP Alternate Checksum Data", 16: "Skeeter", 17: "Bubba",
    18: "Trailer Checksum Option", 19: "MD5 Signature Option", 20: "SCPS Capabilities",
    21: "Selective Negative Acknowledgements", 22: "Record Boundaries",
    23: "Corruption experienced", 24: "SNAP", 25: "Unassigned", 26: "TCP Compression Filter",
    27: "Quick-Start Response", 28: "User Timeout Option", 29: "The TCP Authentication Option",
    30: "Multipath TCP", 34: "TCP Fast Open Cookie", 76: "Riverbed Probe",
    78: "Riverbed Transparency", 172: "Accurate ECN Order 0", 174: "Accurate ECN Order 1",
    253: "RFC3692-style Experiment 1", 254: "RFC3692-style Experiment 2",
}  # fmt: skip

EXPERIMENTS = {
    0x00AC: "TCP ACK Rate Request", 0x0348: "Host ID",
    0x0A0D: "Autonomous System Compensation", 0x0CA0: "Capability Option",
    0x0ED0: "Extended Data Offset", 0x454E: "Encryption Negotiation", 0x5323: "Service Number",
    0x75EC: "Timestamp Interval", 0xACC0: "Accurate ECN - Order 0",
    0xACC1: "Accurate ECN - Order 1", 0xACCE: "Accurate ECN",
    0xE2D4: "Shared Memory communications over RMDA protocol", 0xF989: "Fast Open",
    0xF990: "Low Latency",
}  # fmt: skip

QUICK_START_RATES = {
    0: "0 bit/s", 1: "80 Kbit/s", 2: "160 Kbit/s", 3: "320 Kbit/s", 4: "640 Kbit/s",
    5: "1.28 Mbit/s", 6: "2.56 Mbit/s", 7: "5.12 Mbit/s", 8: "10.24 Mbit/s", 9: "20.48 Mbit/s",
    10: "40.96 Mbit/s", 11: "81.92 Mbit/s", 12: "163.84 Mbit/s", 13: "327.68 Mbit/s",
    14: "655.36 Mbit/s", 15: "1.31072 Gbit/s",
}  # fmt: skip
