"""The APIs of Open edX that the stand-in answers, a module each."""
