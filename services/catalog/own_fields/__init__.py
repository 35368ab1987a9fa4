"""Fields that a library's people define for their pictures."""
