"""IEEE 802.11: frame types, what a frame's way through the distribution system is called."""

from __future__ import annotations

FRAME_TYPES: dict[int, str] = {
    0: "Management frame",
    1: "Control frame",
    2: "Data frame",
    3: "Extension frame",
}

TYPE_SUBTYPE: dict[int, str] = {
    0x00: "Association Request",
    0x01: "Association Response",
    0x02: "Reassociation Request",
    0x03: "Reassociation Response",
    0x04: "Probe Request",
    0x05: "Probe Response",
    0x06: "Measurement Pilot",
    0x08: "Beacon frame",
    0x09: "ATIM",
    0x0A: "Disassociate",
    0x0B: "Authentication",
    0x0C: "Deauthentication",
    0x0D: "Action",
    0x0E: "Action No Ack",
    0x0F: "Aruba Management",
    0x12: "Trigger",
    0x14: "Beamforming Report Poll",
    0x15: "VHT/HE NDP Announcement",
    0x17: "Control Wrapper",
    0x18: "802.11 Block Ack Req",
    0x19: "802.11 Block Ack",
    0x1A: "Power-Save poll",
    0x1B: "Request-to-send",
    0x1C: "Clear-to-send",
    0x1D: "Acknowledgement",
    0x1E: "CF-End (Control-frame)",
    0x1F: "CF-End + CF-Ack (Control-frame)",
    0x20: "Data",
    0x21: "Data + CF-Ack",
    0x22: "Data + CF-Poll",
    0x23: "Data + CF-Ack + CF-Poll",
    0x24: "Null function (No data)",
    0x25: "Acknowledgement (No data)",
    0x26: "CF-Poll (No data)",
    0x27: "CF-Ack/Poll (No data)",
    0x28: "QoS Data",
    0x29: "QoS Data + CF-Acknowledgment",
    0x2A: "QoS Data + CF-Poll",
    0x2B: "QoS Data + CF-Ack + CF-Poll",
    0x2C: "QoS Null function (No data)",
    0x2E: "QoS CF-Poll (No Data)",
    0x2F: "QoS CF-Ack + CF-Poll (No data)",
    0x30: "DMG Beacon",
    0x31: "S1G Beacon",
    0x162: "Poll",
    0x163: "Service Period Request",
    0x164: "Grant",
    0x165: "DMG Clear-to-send",
    0x166: "DMG Denial-to-send",
    0x167: "Grant Acknowledgment",
    0x168: "Sector Sweep",
    0x169: "Sector Sweep Feedback",
    0x16A: "Sector Sweep Acknowledgment",
}
"""Type and subtype as one number; control frame extensions (subtype 6) from 0x160 on."""

DS_STATUS: dict[int, str] = {
    0: "Not leaving DS or network is operating in AD-HOC mode (To DS: 0 From DS: 0)",
    1: "Frame from STA to DS via an AP (To DS: 1 From DS: 0)",
    2: "Frame from DS to a STA via AP(To DS: 0 From DS: 1)",
    3: "WDS (AP to AP) or Mesh (MP to MP) Frame (To DS: 1 From DS: 1)",
}

PRIORITIES: dict[int, str] = {
    0: "Best Effort (Best Effort)",
    1: "Background (Background)",
    2: "Spare (Background)",
    3: "Excellent Effort (Best Effort)",
    4: "Controlled Load (Video)",
    5: "Video (Video)",
    6: "Voice (Voice)",
    7: "Network Control (Voice)",
}

ACK_POLICY: dict[int, str] = {
    0: "Normal Ack",
    1: "No Ack",
    2: "No explicit acknowledgment",
    3: "Block Ack",
}

HIGHEST_PRIORITY: dict[int, str] = {0: "Best Effort", 1: "Background", 2: "Video", 3: "Voice"}
