"""The process in the background that starts the servers and services, and starts again what crashes."""
