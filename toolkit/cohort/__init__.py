"""Who is compared with whom, from which day: monthly target trials built by queries over a snapshot."""
