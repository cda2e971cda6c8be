"""Decode preferences: from words to values, and refused in one line."""

from __future__ import annotations

import pytest

from dissect import PreferenceError, dissect, open_capture
from dissect.engine.preferences import PREFERENCES, one_of, preferences_of
from tests.captures_list import ROOT

LABEL = bytes.fromhex("001f4140")
IPV4 = bytes.fromhex("4500001400010000403b0000c0000201c6336402")


def test_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(PreferenceError, match=r"mpls\.paylod") as error:
        preferences_of({"mpls.paylod": "ip"})
    assert "mpls.payload" in str(error.value)
    assert "\n" not in str(error.value)


def test_value_that_is_no_choice_is_refused_with_the_choices() -> None:
    with pytest.raises(PreferenceError, match="auto, ethernet, ethernet-cw, generic-cw or ip"):
        preferences_of({"mpls.payload": "frame"})


@pytest.mark.parametrize("words", ["", "2001:db8::", "2001:db8::/200", "x/32", "2001:db8::/32,40"])
def test_6rd_prefix_must_be_one(words: str) -> None:
    with pytest.raises(PreferenceError, match=r"6rd\.prefix"):
        preferences_of({"6rd.prefix": words})


def test_one_of_hands_the_word_back() -> None:
    assert one_of("a", "b")("b") == "b"
    assert PREFERENCES["mpls.payload"].default == "auto"


def test_packet_is_decoded_by_the_preference() -> None:
    assert dissect(LABEL + IPV4, "mpls", strict=True).chain == "mpls:ip"
    packet = dissect(LABEL + IPV4, "mpls", strict=True, preferences={"mpls.payload": "ethernet"})
    assert packet.chain == "mpls:eth:ethertype:data"


def test_wrong_preference_is_refused_before_the_capture_is_opened() -> None:
    with pytest.raises(PreferenceError):
        open_capture("no such file", preferences={"mpls.payload": "frame"})


def test_capture_is_decoded_by_the_preference_with_and_without_a_session() -> None:
    path = ROOT / "captures" / "mpls.pcapng"
    with open_capture(path, strict=True, preferences={"mpls.payload": "ethernet"}) as capture:
        first = next(iter(capture))
        assert first.chain.startswith("eth:ethertype:mpls:eth:")
        assert capture[0].chain == first.chain
