"""One running sandbox: its life from start to stop, the orders it takes, its logs, and what the machine lacks."""
