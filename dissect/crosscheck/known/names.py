"""Where tshark is wrong: DNS."""

from __future__ import annotations

from dissect.crosscheck.known.entry import (
    DIFFERENT,
    EXTRA,
    Known,
    always,
    noted,
    shifted,
)

NAMES: tuple[Known, ...] = (
    Known(
        "dns.*", EXTRA, noted("sixscope.dns.name"),
        "the decode ends at a name of more than 255 octets whose end isn't found; we go on behind "
        "it",
        "", "dns-badlabel.pcap",
    ),
    Known(
        "dns.opt.chain.fqdn", DIFFERENT, always,
        "the name is shown with its length octets, we show it as a name",
        "RFC 7901, section 4", "edns-opts.pcap",
    ),
    *(
        Known(
            field, DIFFERENT, always,
            "a name of one octet has no length and no labels, and a dot inside a label counts as "
            "one between labels",
            "RFC 1035, section 3.1", "made in tests/protocols/dns",
        )
        for field in ("dns.qry.name.len", "dns.count.labels")
    ),
    *(
        Known(
            field, DIFFERENT, shifted,
            "the position of a value that is worked out is counted from the start of the message "
            "twice",
            "", "Teredo.pcap",
        )
        for field in ("dns.extraneous.length", "dns.dnskey.key_id", "dns.key.key_id")
    ),
)  # fmt: skip
