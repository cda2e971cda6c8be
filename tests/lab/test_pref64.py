"""The NAT64 prefix and the captive portal that radvd was told to advertise."""

from tests.lab.conftest import shown


def test_every_advertisement_has_the_prefix_and_the_portal(recording):
    truth = recording.truth
    found = list(recording.having(icmpv6__type="134", ipv6__src=truth["router"]))
    assert found
    address, _, length = truth["pref64"].partition("/")
    for packet in found:
        assert shown(packet, "icmpv6.opt.captive_portal") == [truth["portal"]]
        assert shown(packet, "icmpv6.opt.pref64.prefix") == [address]
        # RFC 8781, section 4: the code for 96 is 0, the lifetime counts eight seconds
        assert length == "96"
        assert packet["icmpv6.opt.pref64.plc"] == 0
    assert 8 * found[0]["icmpv6.opt.pref64.scaled_lifetime"] == truth["lifetime"]
