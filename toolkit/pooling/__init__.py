"""Many councils, one protocol: what one council hands on, signed and protected, and what several say together."""
