"""The program of the system: Lambdas, REST API, secrets and workloads, the same on every substrate."""
