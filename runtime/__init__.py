"""The shared engine: consumer loop, cage, object store, settings, metrics. Knows no service."""
