"""Share links: pictures for people without an account, for a while."""
