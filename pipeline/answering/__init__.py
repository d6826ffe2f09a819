"""Answers questions about a published set: what a figure is made of, what moved and why."""
