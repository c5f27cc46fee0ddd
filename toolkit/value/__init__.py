"""What the money was worth: its cost beside referrals that did not come, with what is not known carried through."""
