"""The Lambda behind `/coursematch`, `/recommendations` and `/courses`: which courses answer a question or a learner."""
