"""The headless API, version 1: JSON in, JSON out, problems as `application/problem+json`."""
