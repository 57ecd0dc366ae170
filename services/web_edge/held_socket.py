"""What pg8000 leaves open where it fails to connect."""

from __future__ import annotations

from traceback import clear_frames


def let_go(error: BaseException) -> None:
    """Clear the driver's frames: they hold a file made of the socket, and with it the socket open, in a circle."""
    held: BaseException | None = error
    while held is not None:
        clear_frames(held.__traceback__)
        held = held.__cause__ or held.__context__
