"""All reading of the view: one file a noun, SQL only here."""
