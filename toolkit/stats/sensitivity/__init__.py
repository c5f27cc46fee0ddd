"""How strong a hidden cause would have to be to have made a figure."""
