"""Comparing providers (centres, areas): funnels, over-dispersion, case mix, shrinkage, and how unsure ranks are.

Nothing here ranks: units stay in the order given, and what is said of ranks is how little is known of them.
"""
