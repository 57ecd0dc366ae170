"""The `localstack` substrate: LocalStack and a kind cluster in Docker, deployed to by the Pulumi CLI."""
