"""What takes long: ``run(engine, …)`` in a file of the job's name yields results as they are found.

It runs in a fork of the engine's process: all that the engine knows is there, and nothing that is
changed there comes back but what is yielded.  It may be killed at any time.
"""
