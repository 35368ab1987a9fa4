"""What the benches of a whole pipeline under load share."""
