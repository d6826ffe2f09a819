"""Empty workbooks for people to fill in, which a build reads without an entry in sources.yml."""

from pipeline.templates.marks import find_filled_templates, marked_contract

__all__ = ["find_filled_templates", "marked_contract"]
