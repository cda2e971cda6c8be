"""Captures held against what is expected of them: ``sixscope check``, and tests in pytest.

``model``      what stands in a ``*.sixscope.toml``; ``load`` and ``places`` read it, ``compile``
               makes clauses of it, before a packet is read
``clauses``    one file for each thing that can be expected
``several``    many filters asked in one pass over a capture's columns; ``reading`` opens it
``run``        files against captures, in several processes; ``golden``: the decode that is kept
``failure``    what is wrong; ``present`` makes findings of it, ``text`` shows them
``packets``    the same for tests in Python; ``plugin`` brings both to pytest

``sixscope check --help`` shows all keys of a file.  ``dissect.verdict`` writes the formats for CI.
"""
