"""Numbered notebooks, each answering one question on the running sandbox; `python -m notebooks` executes them all."""
