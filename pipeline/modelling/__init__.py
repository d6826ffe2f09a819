"""Runs the dbt project, in DuckDB or on Spark."""
