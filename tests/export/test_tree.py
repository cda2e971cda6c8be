from dissect import Packet
from dissect.export.tree import Tree


def ipv6_part(text: str) -> list[str]:
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("Internet Protocol V"))
    end = next(n for n, line in enumerate(lines) if n > start and not line.startswith(" "))
    return lines[start:end]


def test_a_layer_is_printed_as_by_tshark(shown, tshark, frame):
    assert ipv6_part(shown([frame()], "-V")) == ipv6_part(tshark([frame()], "-V"))


def test_octets_follow_the_details_as_in_tshark(shown, tshark, frame):
    ours, theirs = shown([frame()], "-V", "-x"), tshark([frame()], "-V", "-x")
    assert ours.split("\n\n")[1:] == theirs.split("\n\n")[1:]


def test_data_comes_with_a_dump_of_its_octets(shown, tshark, make_pcap):
    frame = bytes(12) + b"\xff\xfe" + bytes(range(40))
    ours, theirs = shown([frame], "-V"), tshark([frame], "-V")
    assert ours[ours.index("Data (") :] == theirs[theirs.index("Data (") :]


def test_comment_cannot_forge_lines_or_drive_the_terminal(write, frame):
    out = write(Tree, Packet(frame(), comments=("a\nFrame 2: forged\x1b[2J\u202e",)))
    assert "a\\nFrame 2: forged\\x1b[2J\\u202e" in out
    assert "\nFrame 2" not in out
    assert "\x1b" not in out


def test_generated_fields_stand_in_brackets_and_hidden_ones_are_left_out(write, frame):
    lines = write(Tree, Packet(frame(), time_ns=0)).splitlines()
    assert "    [Frame is marked: False]" in lines
    assert not any("Source or Destination Address" in line for line in lines)


def test_names_of_mac_addresses_stand_before_them(write, frame):
    assert "Destination: IPv6mcast_01 (33:33:00:00:00:01)" in write(
        Tree, Packet(frame()), names=True
    )
