"""What every Flask service of ours does alike: problems, request log, identity, parameters, secrets, health."""
