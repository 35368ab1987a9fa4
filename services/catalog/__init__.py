"""The catalogue: a view of the compacted topics in PostgreSQL, the API over it, and the page."""
