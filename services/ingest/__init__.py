"""Ingest: what lies in the inbox becomes verified, versioned originals and announcements."""
