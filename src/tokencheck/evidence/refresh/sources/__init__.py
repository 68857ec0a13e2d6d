"""The sources, one module each: a new one needs nothing but its module here."""
