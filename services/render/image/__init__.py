"""Still pictures: sniffed, checked, decoded once, made into many."""
