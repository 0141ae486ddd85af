"""By which ways a person wants to be told, of what, and when not."""
