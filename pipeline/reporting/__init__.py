"""Pages made from the notebooks."""

from pipeline.reporting.rendering import render_reports

__all__ = ["render_reports"]
