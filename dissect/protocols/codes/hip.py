"""Host Identity Protocol: packet types and parameters.

RFC 7401 and, for version 1, RFC 5201; ESP: RFC 7402; NATs: RFC 5770; certificates, registration
and rendezvous: RFC 8002 to 8004; locators: RFC 8046.
"""

from __future__ import annotations

PACKETS: dict[int, str] = {
    1: "HIP I1 (HIP Initiator Packet)",
    2: "HIP R1 (HIP Responder Packet)",
    3: "HIP I2 (Second HIP Initiator Packet)",
    4: "HIP R2 (Second HIP Responder Packet)",
    16: "HIP UPDATE (HIP Update Packet)",
    17: "HIP NOTIFY (HIP Notify Packet)",
    18: "HIP CLOSE (HIP Close Packet)",
    19: "HIP CLOSE_ACK (HIP Close Acknowledgment Packet)",
}

PARAMETERS: dict[int, str] = {
    65: "ESP_INFO",
    128: "R1_COUNTER",
    129: "R1_COUNTER",
    193: "LOCATOR",
    257: "PUZZLE",
    321: "SOLUTION",
    385: "SEQ",
    449: "ACK",
    511: "DH_GROUP_LIST",
    513: "DIFFIE_HELLMAN",
    577: "HIP_TRANSFORM",
    579: "HIP_CIPHER",
    608: "NAT_TRAVERSAL_MODE",
    610: "TRANSACTION_PACING",
    641: "ENCRYPTED",
    705: "HOST_ID",
    715: "HIT_SUITE_LIST",
    768: "CERT",
    832: "NOTIFICATION",
    897: "ECHO_REQUEST_SIGNED",
    930: "REG_INFO",
    932: "REG_REQUEST",
    934: "REG_RESPONSE",
    936: "REG_FAILED",
    950: "REG_FROM",
    961: "ECHO_RESPONSE_SIGNED",
    2049: "TRANSPORT_FORMAT_LIST",
    4095: "ESP_TRANSFORM",
    61505: "HMAC",
    61569: "HMAC_2",
    61633: "HIP_SIGNATURE_2",
    61697: "HIP_SIGNATURE",
    63425: "ECHO_RESPONSE_UNSIGNED",
    63661: "ECHO_REQUEST_UNSIGNED",
    63998: "RELAY_FROM",
    64002: "RELAY_TO",
    65498: "FROM",
    65500: "RVS_HMAC",
    65502: "VIA_RVS",
    65520: "RELAY_HMAC",
}

GROUPS: dict[int, str] = {
    0: "Reserved",
    1: "384-bit group",
    2: "OAKLEY well-known group 1",
    3: "1536-bit MODP group",
    4: "3072-bit MODP group",
    5: "6144-bit MODP group",
    6: "8192-bit MODP group",
    7: "NIST P-256",
    8: "NIST P-384",
    9: "NIST P-521",
    10: "SECP160R1",
    11: "2048-bit MODP group",
}

TRANSFORMS: dict[int, str] = {
    0: "Reserved",
    1: "AES-CBC with HMAC-SHA1",
    2: "3DES-CBC with HMAC-SHA1",
    3: "3DES-CBC with HMAC-MD5",
    4: "BLOWFISH-CBC with HMAC-SHA1",
    5: "NULL with HMAC-SHA1",
    6: "NULL with HMAC-MD5",
}

ESP_SUITES: dict[int, str] = {
    **TRANSFORMS,
    7: "NULL with HMAC-SHA-256",
    8: "AES-128-CBC with HMAC-SHA-256",
    9: "AES-256-CBC with HMAC-SHA-256",
    10: "AES-CCM-8",
    11: "AES-CCM-16",
    12: "AES-GCM with an 8-octet ICV",
    13: "AES-GCM with a 16-octet ICV",
    14: "AES-CMAC-96",
    15: "AES-GMAC",
}
"""RFC 7402, section 5.1.2, which deprecates 2 to 6."""

CIPHERS: dict[int, str] = {
    0: "Reserved", 1: "NULL-ENCRYPT", 2: "AES-128-CBC", 3: "Reserved", 4: "AES-256-CBC",
}  # fmt: skip

HIT_SUITES: dict[int, str] = {
    0: "Reserved", 1: "RSA,DSA/SHA-256", 2: "ECDSA/SHA384", 3: "ECDSA_LOW/SHA-1",
}  # fmt: skip

KEY_FLAGS: dict[int, str] = {
    0: "Other",
    0x200: "Key is associated with a user",
    0x201: "Zone key",
    0x202: "Key is associated with non-zone entity",
}

KEY_PROTOCOLS: dict[int, str] = {
    1: "Key is used for TLS",
    2: "Key is used for email",
    3: "Key is used for DNS security",
    4: "Key is used for Oakley/IPSEC",
    255: "Key is valid for any protocol",
}

ALGORITHMS: dict[int, str] = {
    0: "Reserved",
    1: "RSA/MD5",
    2: "Diffie-Hellman",
    3: "DSA",
    4: "elliptic curve crypto",
    5: "RSA",
    7: "ECDSA",
    9: "ECDSA_LOW",
    255: "Reserved",
}

NOTIFICATIONS: dict[int, str] = {
    1: "Unsupported critical parameter type",
    7: "Invalid syntax",
    14: "No Diffie-Hellman proposal chosen",
    15: "Invalid Diffie-Hellman chosen",
    16: "No HIP proposal chosen",
    17: "Invalid HIP transform chosen",
    18: "No ESP proposal chosen",
    19: "Invalid ESP transform chosen",
    20: "Unsupported HIT suite",
    24: "Authentication failed",
    26: "Checksum failed",
    28: "HMAC failed",
    32: "Encryption failed",
    40: "Invalid HIT",
    42: "Blocked by policy",
    44: "Responder busy please retry",
    48: "Credentials required",
    50: "Invalid certificate",
    51: "Registration required",
    60: "No valid NAT traversal mode parameter",
    61: "Connectivity checks failed",
    62: "Message not relayed",
    16384: "I2 acknowledgement",
}

REGISTRATIONS: dict[int, str] = {1: "RENDEZVOUS", 2: "RELAY_UDP_HIP"}

NAT_MODES: dict[int, str] = {0: "Reserved", 1: "UDP-encapsulation", 2: "ICE-STUN-UDP"}
