"""Both Pulumi programs under the real Pulumi engine, with providers of ours in place of the vendors'."""
