"""What the command line does: one module a command, and the reports that it prints."""
