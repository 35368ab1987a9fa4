"""Stores that cannot speak to Kafka tell us by HTTP: a door for their notifications, which become hints."""
