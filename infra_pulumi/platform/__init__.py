"""The program of what must survive, on AWS only: network, cluster, database, registry, and who may deploy."""
