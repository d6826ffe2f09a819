"""What dbt asks every adapter for when it registers it."""

version = "1.0.0"
