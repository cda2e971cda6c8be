"""Regular expressions: what PCRE writes otherwise than Python's ``re``."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dissect.filter.pattern import LONGEST, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (rb"cldc", b"CLDC", True),
        (rb"(?-i)cldc", b"CLDC", False),
        (rb"a(?-i)b|C", b"c", False),
        (rb"a(?-i)b|C", b"C", True),
        (rb"((?-i)a)b", b"aB", True),
        (rb"((?-i)a)b", b"Ab", False),
        (rb"[[:digit:]x]+z", b"12xz", True),
        (rb"[[:digit:]]z", b"az", False),
        (rb"[:digit:]", b"g", True),
        (rb"\Qa.b\E.", b"a.bc", True),
        (rb"\Qa.b\E", b"axb", False),
        (rb"\x{41}", b"a", True),
        (rb"(?<n>a)\1", b"aa", True),
        (rb"(?P<n>a)(?P=n)", b"aa", True),
        (rb"i(?=pv6)", b"ipv6", True),
        (rb"(?<!x)ip", b"xip", False),
        (rb"(?>ip)v", b"ipv", True),
        (rb"ip++v", b"ippv", True),
        (rb"[]a]", b"]", True),
        (rb"[^]a]", b"]", False),
        (rb"[a[b]", b"[", True),
        (rb"[\]]", b"]", True),
        (rb"\h", b" ", True),
        (rb"[\h]", b"\t", True),
        (rb"a\z", b"a\n", False),
        (rb"a\Z", b"a\n", True),
        (rb"(?x) a b", b"ab", True),
        (rb"a{2", b"a{2", True),
        (b"\xff.", b"\xff\xfe", True),
    ],
)
def test_patterns_mean_what_they_mean_in_pcre(pattern: bytes, text: bytes, matches: bool) -> None:
    assert bool(compile_pattern(pattern).search(text)) is matches


@pytest.mark.parametrize("pattern", [b"(", b"[a", b"\\", b"a**", b"(?<n>", b"[[:digits:]]"])
def test_a_broken_pattern_is_refused(pattern: bytes) -> None:
    with pytest.raises(ValueError, match="regular expression"):
        compile_pattern(pattern)


def test_the_longest_text_is_that_of_a_packet() -> None:
    assert LONGEST >= 65_535


@pytest.mark.parametrize(
    "pattern", [b"(a+)+$", b"(a|aa)+$", b"(.*)*b", b"a.*b.*c.*d", rb"(\w+\s?)*!"]
)
def test_a_search_that_would_take_years_is_given_up(monkeypatch, pattern: bytes) -> None:
    monkeypatch.setattr("dissect.filter.pattern.PATIENCE", 0.05)
    found = compile_pattern(pattern)
    begin = time.process_time()
    assert not found.search(b"a" * 65_000 + b"?")
    assert time.process_time() - begin < 5  # not a measure of speed: without an end it is years
    assert found.given_up == 1
    assert found.search(b"abcd!a")


def test_what_is_given_up_often_is_given_up_sooner(monkeypatch) -> None:
    monkeypatch.setattr("dissect.filter.pattern.PATIENCE", 0.01)
    monkeypatch.setattr("dissect.filter.pattern.IMPATIENCE", 0.001)
    found = compile_pattern(b"(a+)+$")
    for _ in range(20):
        assert not found.search(b"a" * 100 + b"?")
    assert found.given_up == 20
    assert found.search(b"a" * 100)


def test_the_alarm_of_somebody_else_is_left_alone() -> None:
    heard = []
    before = signal.signal(signal.SIGALRM, lambda number, frame: heard.append(number))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        assert compile_pattern(b"a+$").search(b"a" * 100)
        time.sleep(0.05)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert heard == [signal.SIGALRM]


def test_in_another_thread_it_searches_as_well() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(compile_pattern(b"a+$").search, b"a" * 100).result()
