"""Reads a published set: figures, what they are made of, what moved since the set before."""
