"""Webhooks: tells endpoints outside what is live and what products show, signed, in order, until they have it."""
