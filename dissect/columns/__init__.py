"""The whole capture as numpy columns, read straight from its octets by the protocols' own headers.

    for chunk in chunks("big.pcap"):
        hops = chunk.field("ipv6.hlim")      # every IPv6 header's, tunnels' too
        rows = hops.rows[hops.values < 2]
        for row in rows: print(chunk.number[row], chunk.chains.text(chunk.chain[row]))

A *chunk* holds up to 65,536 packets; a packet is a *row* of it, from 0.  The column engine walks
the chains of headers that traffic is made of, all rows at once, and marks each row that it isn't
sure of (``chunk.unsure``): cut, broken, rare.  Those are the tree reader's: ``chunk.packet(row)``.
For the others columns and tree agree, which the tests hold for every capture that there is.

What a chunk offers (``chunk.Chunk`` says more of each; arrays have one entry a row):

    number  time_ns  captured  original  interface  link_type     what the capture file says
    data, start          the octets: packet ``row`` begins at ``data[start[row]]``
    flags, unsure        ``Flag`` bits; the rows that are the tree reader's
    chain, chains        a number for ``Packet.chain``, and the table of their texts
    field(name, instance=None)  the occurrences of a field, by Wireshark's name: ``Occurrences``
    known(name)          mask of rows for which these are surely all that the tree would show
    layers(protocol)     the rows, ascending, that have a layer of that name
    known_layers(protocol)  mask of rows for which that is sure, either way
    column(name)         one value a row, of ``COLUMNS``: ends, ports, type and code …
    there(name)          mask of rows that have one
    packet(row)          the packet for the tree reader, without session
    resolve()            fill chain and columns of the unsure rows from their trees

How a filter uses them: evaluate on the occurrences, believe the answer where ``known`` (a row
without occurrence has surely none), and ask the tree for the other rows.  A name that the columns
don't read has no occurrences, but is known all the same for rows whose protocols can't have it:
``known("dns.qry.name")`` is True for a TCP segment without payload.  Nothing depends on a session
(times between packets, reassembly, ports that SIP announced): what a session could change is not
known.

Over whole files ``scan(path, factory, jobs=4)`` is a map and reduce over processes: each makes
consumers by ``factory()``, feeds them by ``update(chunk)``, and they are joined, in the file's
order, by ``merge(other)``; it hands back the result and the file's damage, if any.  ``each``
hands the consumers back one by one.

numpy takes 0.1 s to import: nothing outside this package and its users imports it at start-up.
"""

from __future__ import annotations

from dissect.columns.chains import Chains
from dissect.columns.chunk import Chunk, Flag, Occurrences
from dissect.columns.per_packet import COLUMNS
from dissect.columns.read import chunks
from dissect.columns.scan import Consumer, Scanned, each, scan

__all__ = [
    "COLUMNS",
    "Chains",
    "Chunk",
    "Consumer",
    "Flag",
    "Occurrences",
    "Scanned",
    "chunks",
    "each",
    "scan",
]
