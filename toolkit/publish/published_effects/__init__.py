"""What other studies found, beside our answer: never mixed into it."""
