"""Domain: the words of sales and operations planning. Imports nothing else of ours."""
