"""What happens to records before they are stored and before they are shown: pure functions."""
