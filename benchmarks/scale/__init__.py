"""What the system would meet and cost on AWS, from a thousand learners to a hundred million: a model, unmeasured."""
