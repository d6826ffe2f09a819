"""Fills a new warehouse from the sources, reading only those that changed."""
