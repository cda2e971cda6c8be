"""Coverage-guided fuzzing: ``python -m tests.fuzz`` (``make fuzz``) looks for inputs that break
something, with atheris; see ``targets`` for what is tried.

    python -m tests.fuzz                          every target, a minute each
    python -m tests.fuzz packet --seconds 600     one of them for ten minutes
    python -m tests.fuzz packet FILE…             what does an input do?

What was learnt is kept in ``.fuzz/TARGET`` and the next run goes on from there.  An input that
breaks something is written to ``.fuzz/broken``; cut to what matters and copied to
``tests/fuzz/found/TARGET``, it is a test from then on (``test_found``).
"""
