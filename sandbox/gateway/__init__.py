"""Between callers and the deployed API: the emulated AWS behind its guard, and the short URLs before it.

`emulator.py` and `guard.py` run in the emulator's own environment and import nothing else of ours; `emulator_start.py`
says how to start them.
"""
