"""Stand-ins for the providers `aws` and `kubernetes`, over the protocol by which the Pulumi engine speaks to them."""
