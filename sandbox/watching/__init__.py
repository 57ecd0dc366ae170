"""`up --watch`: what is saved in services/ runs within seconds; what is wrong is said, and what ran before goes on."""
