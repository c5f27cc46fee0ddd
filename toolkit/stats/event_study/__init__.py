"""Units that start a treatment at different times: effects, their averages, and how far to trust them."""
