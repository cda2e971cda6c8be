import pytest

from dissect.engine.session import Session
from dissect.protocols.esp import ESP
from tests.protocols.ipv6_packets import decoded, ipv6, notes, same_without_tree, shows


def esp(sequence, spi=0x200):
    return ipv6(50, bytes(ESP(spi=spi, sequence=sequence)) + bytes(16))


def test_clear_part_and_columns():
    packet = decoded(esp(1))
    assert packet.fields("esp.spi")[0].line == "ESP SPI: 0x00000200 (512)"
    assert (packet.protocol, packet.info) == ("ESP", "ESP (SPI=0x00000200)")
    layer = packet.layer("esp")
    assert (layer.offset, layer.end) == (40, 64)
    assert notes(packet) == []


def test_too_short_for_its_sequence_number():
    packet = decoded(ipv6(50, bytes.fromhex("00000200")))
    assert shows(packet, "esp.spi") == ["0x00000200"]
    assert notes(packet) == ["_ws.malformed"]


@pytest.mark.parametrize(("second", "expected"), [(2, []), (1, ["2"]), (5, ["2"])])
def test_sequence_numbers_go_up_by_one_per_spi(second, expected):
    session = Session()
    decoded(esp(1), number=1, session=session)
    decoded(esp(9, spi=0x300), number=2, session=session)
    packet = decoded(esp(second), number=3, session=session)
    assert shows(packet, "esp.sequence-analysis.expected-sn") == expected
    assert shows(packet, "esp.sequence-analysis.previous-frame") == ["1"] * len(expected)
    assert len(notes(packet)) == len(expected)


def test_sequence_number_0_after_the_last_one():
    session = Session()
    decoded(esp(0xFFFFFFFF), session=session)
    assert notes(decoded(esp(0), number=2, session=session)) == []


def test_without_a_tree_all_else_is_the_same():
    same_without_tree(esp(1))
