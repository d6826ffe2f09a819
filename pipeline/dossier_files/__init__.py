"""What people write about a dossier: sources.yml, corrections.yml, and the sources in them."""
