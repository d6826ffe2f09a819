"""Checks of what was loaded and of what is about to be published."""
