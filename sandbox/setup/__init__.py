"""What every substrate stands on: the state folder, ports, credentials, inputs, and asking the running system."""
