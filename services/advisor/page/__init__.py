"""The chat page, one file of HTML with its style and script.

A package that the view imports, so that the Lambda's zip holds the file (infra_pulumi/package/reach.py).
"""

from pathlib import Path

PAGE = Path(__file__).parent / "chat.html"
