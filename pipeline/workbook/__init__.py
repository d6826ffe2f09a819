"""The published marts as one workbook for people who work in Excel or WPS."""

from pipeline.workbook.writing import WORKBOOK_FILE, write_workbook

__all__ = ["WORKBOOK_FILE", "write_workbook"]
