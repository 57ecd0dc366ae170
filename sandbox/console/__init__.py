"""The console: what a person sees at the front door's root. Decision 0110 says who may see it, and why so."""
