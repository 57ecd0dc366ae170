"""The whole system on one machine: `python -m sandbox up`."""
