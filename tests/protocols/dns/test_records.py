"""Records, options and what is said of them."""

import base64

import pytest

from dissect.engine.packet import dissect
from dissect.protocols.dns.records import in_words
from dissect.protocols.dns.security import key_tag
from making.dns import (
    AAAA,
    MX,
    OPT,
    RESPONSE,
    TXT,
    A,
    answer,
    head,
    name,
    over_tcp,
    over_udp,
    question,
    record,
)

RAW = 101
ADDRESS = bytes.fromhex("20010db8000000000000000000000001")


def read(message, **options):
    """Decode, strictly."""
    return dissect(over_udp(message, **options), RAW, strict=True)


def names_of(packet):
    """The remarks that are made about the message."""
    return [finding.note.name for finding in packet.findings if finding.layer in ("dns", "mdns")]


def test_info_says_what_is_asked_and_answered():
    message = head(1, 2, flags=RESPONSE) + question("www.example")
    message += record(AAAA, ADDRESS, b"\xc0\x0c") + record(MX, b"\0\5" + name("mx.example"))
    packet = read(message, ports=(53, 40000))
    assert packet.protocol == "DNS"
    assert packet.info == (
        "Standard query response 0x1234 AAAA www.example AAAA 2001:db8::1 MX 5 mx.example"
    )


def test_error_is_told():
    packet = read(head(1, flags=RESPONSE | 3) + question("nx.example"))
    assert packet.info == "Standard query response 0x1234 No such name AAAA nx.example"


def test_multicast_has_bits_in_the_class():
    message = head(1, 1, flags=0) + question("a.local", 255, 0x8001)
    message += record(A, bytes(4), name("a.local"), 0x8001)
    packet = read(message, ports=(5353, 5353))
    assert packet.protocol == "MDNS"
    assert packet.info == (
        'Standard query 0x1234 ANY a.local, "QU" question A, cache flush 0.0.0.0'
    )
    assert packet["dns.qry.class"] == packet["dns.resp.class"] == 1


def test_update_counts_other_things():
    packet = read(head(1, flags=5 << 11) + question("example", 6))
    assert packet["dns.count.zones"] == 1
    assert packet.info == "Dynamic update 0x1234 SOA example"


def test_data_longer_than_its_type_is_no_trouble_for_the_next_record():
    message = head(0, 2, flags=RESPONSE) + record(A, bytes(5)) + record(A, b"\1\2\3\4")
    assert [node.value for node in read(message).fields("dns.a")] == [bytes(4), b"\1\2\3\4"]


def test_data_shorter_than_its_type_is_noted_and_the_next_record_read():
    message = head(0, 2, flags=RESPONSE) + record(A, b"\1\2") + record(A, b"\1\2\3\4")
    packet = read(message)
    assert [node.value for node in packet.fields("dns.a")] == [b"\1\2\3\4"]
    assert "sixscope.dns.rdata" in names_of(packet)


def test_data_longer_than_the_message_is_malformed():
    packet = read(answer(TXT, b"\5hello")[:-2])
    assert "_ws.malformed" in names_of(packet)
    assert packet["dns.resp.len"] == 6


def test_unknown_type_is_shown_as_data():
    packet = read(answer(12345, b"abc"))
    assert packet["dns.data"] == b"abc"
    assert "dns.undecoded.type" in names_of(packet)


def test_upper_bit_of_the_time_to_live_is_noted():
    assert "dns.ttl.high_bit_set" in names_of(read(answer(A, bytes(4), ttl=1 << 31)))


def test_option_past_the_end_of_its_record_is_noted():
    packet = read(answer(OPT, b"\0\x0a\0\xff1234567", owner=b"\0"))
    assert packet["dns.opt.len"] == 255
    assert "sixscope.dns.rdata" in names_of(packet)


@pytest.mark.parametrize(
    ("family", "octets", "shown"),
    [(1, b"\xc0\0\2", "192.0.2.0"), (2, ADDRESS[:4], "2001:db8::"), (9, b"\1", "01")],
)
def test_client_subnet_is_filled_up_with_zeros(family, octets, shown):
    value = bytes([0, family, 24, 0]) + octets
    packet = read(answer(OPT, b"\0\x08" + len(value).to_bytes(2, "big") + value, owner=b"\0"))
    nodes = [n for n in packet.tree.walk() if n.name.startswith("dns.opt.client.addr")]
    assert [node.show for node in nodes] == [shown]


def test_unknown_service_parameter_is_shown_as_octets():
    packet = read(answer(64, b"\0\1\0" + b"\0\7\0\2/x"))
    assert packet["dns.svcb.svcparam.value"] == b"/x"


def test_mandatory_keys_that_are_cut_are_noted():
    packet = read(answer(64, b"\0\1\0" + b"\0\0\0\3\0\1\0"))
    assert packet["dns.svcb.svcparam.mandatory.key"] == 1
    assert "sixscope.dns.rdata" in names_of(packet)


def test_windows_of_a_bit_map_begin_at_their_number():
    packet = read(answer(47, b"\0" + b"\0\1\x40" + b"\1\1\x40"))
    assert [node.value for node in packet.fields("dns.resp.type")] == [47, 1, 257]


def test_key_tag_is_the_one_of_the_example_in_the_rfc():
    # RFC 4034, section 5.4: the DNSKEY of dskey.example.com has the key id 60485
    public = base64.b64decode(
        "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMm"
        "mAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=="
    )
    assert key_tag(b"\1\0\3\5" + public, 5) == 60485


def test_several_messages_in_a_segment():
    message = head(1) + question("a.example")
    packet = dissect(over_tcp((len(message).to_bytes(2, "big") + message) * 2), RAW, strict=True)
    assert [layer.name for layer in packet.layers].count("dns") == 2
    assert [node.value for node in packet.fields("dns.length")] == [len(message)] * 2


def test_other_port_is_found_by_its_looks():
    packet = read(head(1) + question("www.example"), ports=(40000, 8053))
    assert packet.protocol == "DNS"
    other = head(1) + question(b"\x7fwww\0")
    assert read(other, ports=(40000, 8053)).protocol == "UDP"


def test_octets_behind_the_last_record_are_shown():
    packet = read(head(1) + question("a.example") + b"extra")
    assert packet["dns.extraneous.data"] == b"extra"
    assert "dns.extraneous" in names_of(packet)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0 seconds"), (65, "1 minute, 5 seconds"), (90_000, "1 day, 1 hour")],
)
def test_seconds_in_words(value, words):
    assert in_words(value) == words
