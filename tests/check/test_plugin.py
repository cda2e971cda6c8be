"""The pytest plugin: files of expectations are tests, tests ask captures, failures can be read."""

import pytest

from tests.check.making import echo, udp, write

TOML = """capture = "x.pcap"

[[expect]]
name = "all are near"
filter = "ipv6"
every = "ipv6.hlim == 64"

[[expect]]
name = "one is a ping"
filter = "icmpv6.type == 128"
count = 1
"""


@pytest.fixture
def project(pytester, monkeypatch):
    """A folder with a capture, and the plugin loaded."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p dissect.check.plugin -p no:cacheprovider")
    write(pytester.path / "x.pcap", [udp(1, 2), udp(3, 4, hlim=3), echo(128, 1, 1)])
    write(pytester.path / "y.pcap", [udp(1, 2), udp(3, 4, hlim=2), echo(128, 1, 1)])
    return pytester


def test_expectations_are_tests_with_their_names_and_lines(project):
    (project.path / "a.sixscope.toml").write_text(TOML)
    result = project.runpytest("-v")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["a.sixscope.toml::all are near FAILED*", "a.sixscope.toml::one is a ping PASSED*",
         "✗ all are near  line 3, x.pcap", "*expected every packet with ipv6 has ipv6.hlim == 64",
         "*found    1 of 3 packets has not", "*2 * UDP 48 3 → 4 Len=0", "*ipv6.hlim: 3"],
    )  # fmt: skip
    result.stdout.no_fnmatch_line("*Traceback*")


def test_one_expectation_can_be_chosen(project):
    (project.path / "a.sixscope.toml").write_text(TOML)
    project.runpytest("a.sixscope.toml::one is a ping").assert_outcomes(passed=1)
    project.runpytest("-k", "near").assert_outcomes(failed=1, deselected=1)


def test_several_captures_are_several_tests(project):
    (project.path / "a.sixscope.toml").write_text(TOML.replace('"x.pcap"', '"?.pcap"'))
    result = project.runpytest("-v")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["*::one is a ping [[]y.pcap[]] PASSED*"])


def test_a_mistake_in_the_file_is_told_in_a_line(project):
    (project.path / "a.sixscope.toml").write_text(TOML.replace("filter", "fliter", 1))
    result = project.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["a.sixscope.toml:5: expect 1, fliter: there is no such key; did you mean 'filter'?"]
    )


def test_a_damaged_capture_fails_and_says_where(project):
    path = project.path / "x.pcap"
    path.write_bytes(path.read_bytes()[:-3])
    (project.path / "a.sixscope.toml").write_text(TOML)
    result = project.runpytest()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["a.sixscope.toml: x.pcap: byte *"])


def test_goldens_are_written_only_when_asked(project):
    (project.path / "a.sixscope.toml").write_text('capture = "x.pcap"\n[golden]\n')
    golden = project.path / "x.pcap.golden.txt"
    project.runpytest().assert_outcomes(failed=1)
    assert not golden.exists()
    project.runpytest("--sixscope-update").assert_outcomes(passed=1)
    assert golden.exists()
    project.runpytest().assert_outcomes(passed=1)
    write(project.path / "x.pcap", [udp(1, 2), udp(3, 4, hlim=3)])
    result = project.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*only in x.pcap.golden.txt, packet 3: ICMPv6 Echo*"])


def test_the_fixture_filters_counts_and_gives_values(project):
    project.makepyfile("""
        import pytest
        from dissect.filter import FilterError

        def test_it(capture):
            all = capture("x.pcap")
            pings = all.filter("icmpv6.type == 128")
            assert (all.count, len(pings), bool(all.filter("tcp"))) == (3, 1, False)
            assert all.filter("udp").filter("ipv6.hlim < 64").values("udp.dstport") == [4]
            assert all.values("ipv6.hlim") == [64, 3, 64]
            assert set(all.values("ipv6.src")) == {"2001:db8::1"}
            assert [packet.number for packet in all.filter("udp")] == [1, 2]
            assert all[-1].info.startswith("Echo")
            assert pings[0]["icmpv6.echo.identifier"] == 1
            with pytest.raises(IndexError):
                pings[1]
            with pytest.raises(FilterError):
                all.filter("ipv6.hlm")
            with pytest.raises(ValueError):
                all.values("ipv6")
            all.filter("udp").expect(count=2, every="udp.length == 8")
            assert all == capture("x.pcap")
            assert all.filter("not ipv6.hlim == 3") == capture("y.pcap").filter("ipv6.hlim > 2")
    """)
    project.runpytest().assert_outcomes(passed=1)


def test_assertions_fail_with_what_differs(project):
    project.makepyfile("""
        def test_captures(capture):
            assert capture("x.pcap") == capture("y.pcap")

        def test_count(capture):
            assert capture("x.pcap").filter("udp").count == 3

        def test_none(capture):
            assert capture("x.pcap").filter("tcp")

        def test_expect(capture):
            capture("x.pcap").filter("udp").expect(every="ipv6.hlim == 64")
    """)
    result = project.runpytest()
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines(
        ["E*<3 packets of x.pcap> == <3 packets of y.pcap>", "E*packet 2: UDP 3 → 4 Len=0",
         "E*ipv6.hlim: 3 → 2", "E*packets: 2 the same, 1 changed",
         "E*where 2 = <2 packets of x.pcap with udp>.count",
         "E*assert <no packets of x.pcap with tcp>",
         "E*AssertionError: <2 packets of x.pcap with udp>:",
         "E*found    1 of 2 packets has not", "E*ipv6.hlim: 3"],
    )  # fmt: skip
    result.stdout.no_fnmatch_line("*packets.py*")


def test_pytest_starts_without_loading_the_decoder(project):
    project.makepyfile("""
        import sys

        def test_it():
            assert not {"numpy", "dissect.api", "msgspec"} & set(sys.modules)
    """)
    project.runpytest_subprocess().assert_outcomes(passed=1)
