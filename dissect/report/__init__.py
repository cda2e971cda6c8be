"""Reports: what whole captures are made of, summed up in tables on the column engine.

    run.report(["big.pcap"], Plan(("hierarchy", "conversations-tcp"), Options(top=10)), jobs=2)

``names``      the tables that there are (no heavy library is imported for it)
``run``        from captures to a ``Report``: which process makes which tables
``summary``    a consumer for ``dissect.columns.scan``, which feeds the collectors of the tables
               that are asked for, and the analyses; filters
``tables``     one file per question, each a ``collector.Collector``
``ends``       endpoints and conversations out of sums by key (``dissect.columns.sums``)
``table``      a table as data, which ``formats`` write as text, JSON, Markdown or CSV

Where the columns are not sure of a packet, the tree reader reads it; so the figures are those that
counting trees one by one gives, which the tests hold for any packets.

The JSON is ``schema.json``'s, ``sixscope.report/1``; see ``formats.json``.
"""
