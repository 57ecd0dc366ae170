"""The embedded Postgres: a server from a wheel, its data in the state folder."""
