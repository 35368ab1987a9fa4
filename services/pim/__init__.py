"""PIM: product lists and connectors become `pim.products`."""
