"""What people write about a dossier: sources.yml, corrections.yml, verdicts.yml, and the sources in them."""
