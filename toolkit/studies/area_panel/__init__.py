"""Councils' published counts and money: whether referrals were fewer where a council spent more."""
