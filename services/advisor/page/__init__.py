"""The chat page, one file of HTML with its style and script.

A package of its own, imported by the view, so that the zip of the Lambda holds the file (infra_pulumi/package/reach.py).
"""

from pathlib import Path

PAGE = Path(__file__).parent / "chat.html"
