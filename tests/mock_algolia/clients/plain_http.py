"""The older clients speak https only: send what they send to 127.0.0.1 over plain HTTP, changing nothing else."""

from typing import Any

import requests.adapters

_send = requests.adapters.HTTPAdapter.send


def _plainly(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
    request.url = request.url.replace("https://127.0.0.1", "http://127.0.0.1", 1)
    return _send(self, request, *args, **kwargs)


requests.adapters.HTTPAdapter.send = _plainly  # type: ignore[method-assign] # the seam between client and network
