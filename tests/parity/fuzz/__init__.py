"""Random packets beside tshark: ``make fuzz-parity``.

A generator per family builds packets with the builders of ``captures/making``.  Every length,
count and type passes through ``Chance``, which now and then tells another: so what is broken is
broken where a dissector looks.  A packet depends on its family, the seed and its number alone.
"""

import sys

from tests.captures_list import ROOT

sys.path.insert(0, str(ROOT / "captures"))  # for ``making``
