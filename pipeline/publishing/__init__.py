"""Writes the marts to files and puts a finished set in the place of the published one."""
