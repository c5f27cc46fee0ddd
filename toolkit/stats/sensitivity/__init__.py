"""How strong a hidden cause would have to be, and what else could have made the same figure."""
