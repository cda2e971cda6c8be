"""What ISC's client runs when something happens to its lease."""

SCRIPT = """#!/bin/sh
# Set the addresses of the interface, and touch nothing else of the machine.
case "$reason" in
PREINIT6)
    ip link set "$interface" up
    sleep 1.2 ;;  # it would not wait for its link-local address
BOUND6 | REBIND6 | RENEW6)
    [ -n "$new_ip6_address" ] && ip -6 addr replace "$new_ip6_address/128" dev "$interface" ;;
RELEASE6 | EXPIRE6 | STOP6)
    [ -n "$old_ip6_address" ] && ip -6 addr del "$old_ip6_address/128" dev "$interface" ;;
esac
exit 0
"""
