"""Reports of the desk: what was asked for and done in a period, counted in SQL, drawn as bars."""
