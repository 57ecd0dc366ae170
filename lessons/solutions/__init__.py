"""The instructor's solutions and notes; left out of the learners' kit."""
