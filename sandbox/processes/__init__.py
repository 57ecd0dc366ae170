"""Run and end local processes: how each is started, in what order, and that none outlives the sandbox."""
