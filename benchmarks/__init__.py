"""How long the statistics take, and whether they are right: run by hand or by make, not part of the package."""
