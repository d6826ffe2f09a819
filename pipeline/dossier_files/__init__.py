"""What people write about a dossier: sources, corrections, verdicts, and the sources in them."""
