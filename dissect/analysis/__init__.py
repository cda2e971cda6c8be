"""What happened: stateful analyses, one file per question, over whole captures.

    from dissect.report.run import report
    from dissect.report.summary import Plan

    found = report(["lan.pcapng"], Plan(("pings",)))
    found.tables[0].rows, found.findings

``names``     the tables that there are and who makes them (no heavy library is imported for it)
``analysis``  what all analyses are: ``Analysis``, its events, ``Finding``; the pattern is ``ping``
``run``       what feeds those that are asked for, in the capture's order, from one process or more
``table``     a table as data; ``Ref``, the packet that a row rests on
``options``   how tables are made
``icmp``      ICMP messages as octets, and what errors quote, for all who ask that
``words``     columns and words that tables have in common

A question that is too large for a file has its parts beside it: ``translation_…``, ``tunnel_…``.

Of a link, each in the file of its name:

``neighbours``, ``routers``, ``groups``, ``dhcp``  what Neighbor Discovery and ARP, advertisements,
              MLD and IGMP, and both DHCPs tell; each is an ``of_link.OfLink`` and hears messages
``traffic``   who sends to whom, from columns
``addresses`` prefixes, and all addresses with their origin and life, out of those above
``hosts``     everything about a host: ``Hosts.hosts()``, for pages and screens

    from dissect.analysis.run import Analyses      # the classes that a table needs, put together

An analysis may build on others (``Analysis.builds_on``): they see the same packets, and it looks
at what they know when its tables are made.

An analysis costs what its packets cost: it says which rows of a chunk it wants to see as packets
(by default those of its protocols), or reads all that it needs from columns.
"""
