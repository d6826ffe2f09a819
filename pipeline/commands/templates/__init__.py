"""Empty workbooks for people to fill in, which a build reads without an entry in sources.yml."""
