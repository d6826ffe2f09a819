"""From a folder of files to audited childcare-capacity marts and reports."""
