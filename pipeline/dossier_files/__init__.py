"""What people write about a dossier: its sources, corrections of them, verdicts on facilities."""
