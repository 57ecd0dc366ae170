"""The adviser: a Converse tool loop, an offline model in the same shapes, and guardrails that hold for any model."""
