"""What every stage needs: errors, paths, the database, checksums, progress."""
