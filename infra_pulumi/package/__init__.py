"""Lambda zips: a room's locked wheels and the modules its handler reaches, byte for byte the same every time."""
