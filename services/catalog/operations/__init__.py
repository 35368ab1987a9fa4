"""How the whole pipeline is: queues, members, dead letters; for the status page."""
