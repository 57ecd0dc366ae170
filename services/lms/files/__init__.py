"""Files of a catalogue and of enrollments as people have them: read, checked, refused with every problem."""
