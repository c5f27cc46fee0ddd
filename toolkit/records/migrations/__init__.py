"""How a store made by an older version of the toolkit becomes one of today: one step a file in `versions`."""
