"""Pages made from the notebooks."""

from pipeline.reporting.pages import render_reports

__all__ = ["render_reports"]
