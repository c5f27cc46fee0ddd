"""The steps, oldest first. A step is never changed once a store has taken it."""
