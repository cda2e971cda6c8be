import json

from dissect import Packet
from dissect.export.ek import Ek


def documents(text: str) -> list[dict]:
    def unique(members):
        assert len(dict(members)) == len(members), "Elasticsearch refuses repeated keys"
        return dict(members)

    return [json.loads(line, object_pairs_hook=unique) for line in text.splitlines()]


def test_index_line_timestamp_and_layer_are_tsharks(shown, tshark, frame):
    ours = documents(shown([frame()], "-T", "ek"))
    theirs = [json.loads(line) for line in tshark([frame()], "-T", "ek").splitlines()]
    assert ours[0] == theirs[0]
    assert ours[1]["timestamp"] == theirs[1]["timestamp"]
    assert ours[1]["layers"]["ipv6"] == theirs[1]["layers"]["ipv6"]


def test_times_are_written_as_elasticsearch_reads_them(shown, tshark, frame):
    ours = documents(shown([frame()], "-T", "ek"))[1]["layers"]["frame"]
    theirs = json.loads(tshark([frame()], "-T", "ek").splitlines()[1])["layers"]["frame"]
    assert ours["frame_frame_time"] == theirs["frame_frame_time"]
    assert ours["frame_frame_marked"] is theirs["frame_frame_marked"] is False


def test_octets_are_added_as_raw(shown, tshark, frame):
    ours = documents(shown([frame()], "-T", "ek", "-x"))[1]["layers"]
    theirs = json.loads(tshark([frame()], "-T", "ek", "-x").splitlines()[1])["layers"]
    assert ours["frame_raw"] == theirs["frame_raw"]
    assert ours["ipv6"]["ipv6_ipv6_addr_raw"] == theirs["ipv6"]["ipv6_ipv6_addr_raw"]


def test_two_layers_of_one_name_become_an_array(write):
    inner = bytes.fromhex("6000000000003b40" + "00" * 32)
    outer = bytes.fromhex("6000000000282940" + "00" * 32)
    packet = Packet(bytes(12) + b"\x86\xdd" + outer + inner)
    assert len(documents(write(Ek, packet))[1]["layers"]["ipv6"]) == 2


def test_packet_without_a_time_has_the_epoch(write, frame):
    assert documents(write(Ek, Packet(frame())))[1]["timestamp"] == "0000"


def test_fields_of_a_quoted_packet_keep_their_own_protocols_names(write):
    ip = "6000000000{:02x}3a40" + "fe800000000000000000000000000001" * 2
    quoted = bytes.fromhex(ip.format(8) + "8000000000000001")
    error = bytes.fromhex("0300000000000000") + quoted
    packet = Packet(bytes(12) + b"\x86\xdd" + bytes.fromhex(ip.format(len(error))) + error)
    icmpv6 = documents(write(Ek, packet))[1]["layers"]["icmpv6"]
    assert icmpv6["ipv6"]["ipv6_ipv6_plen"] == "8"
