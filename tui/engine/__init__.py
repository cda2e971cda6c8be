"""The engine: a process of its own that reads the capture, so that the screen never waits.

``client``   the UI's side: asks, starts jobs, hands answers to callbacks; imports no dissector
``wire``     what the two say to each other
``server``   the engine's loop: questions first, then jobs' results, then a step of what is to do
``source``   pipes and compressed files become plain, growing files
``reader``   any packet by its number, decoded as reading in order would
``calls``    one file a question, answered within milliseconds: ``call(engine, …)`` hands back
``jobs``     one file a long question, in a forked process: ``run(engine, …)`` yields parts

What crosses the wire is pickled: plain values and the named tuples of ``tui.model.packets``.
"""
