"""Parity: the same zips and the same program on LocalStack and on MiniStack, and how their answers differ.

LocalStack runs in host mode, without Docker, in an environment of its own; its Lambdas run on AWS's own runtime client.
"""
