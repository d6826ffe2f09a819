"""Chinese and English words of everything that users read, and how numbers are written."""
