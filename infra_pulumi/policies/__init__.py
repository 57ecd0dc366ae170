"""Rules that every resource must keep; run by Pulumi as a policy pack, and by `nox -s policy` without it."""
