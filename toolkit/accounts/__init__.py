"""Who may come in, as whom, and for how long: roles, accounts, sessions, and what a council's provider vouches for."""
