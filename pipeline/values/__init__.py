"""One cell's text to a value: numbers, dates, words, signs of missing figures."""
