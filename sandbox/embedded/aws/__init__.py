"""The embedded AWS: MiniStack on loopback, behind a guard.

`emulator.py` and `guard.py` run in the emulator's own environment and import nothing else of ours; `start.py` says
how to start them.
"""
