"""What somebody types, understood: colours, views and the commonest things that shops sell, in seven languages."""
