"""What stands before the emulated AWS: a front door for everybody, and a guard for programs that hold its keys."""
