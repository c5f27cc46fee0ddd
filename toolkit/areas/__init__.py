"""Councils' published counts and money as panels of area and year, and what their records cannot be asked."""
