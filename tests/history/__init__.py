"""Whether what clients saw of one event can be explained by one order of their requests (Wing and Gong, 1993)."""
