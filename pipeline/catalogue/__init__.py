"""All dossiers of a workspace, with what is found out about their files before they are read."""
