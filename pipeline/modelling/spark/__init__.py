"""The models on Spark instead of DuckDB; needs the packages of the group ``spark``, and Java."""
