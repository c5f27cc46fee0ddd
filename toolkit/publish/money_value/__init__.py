"""The value of a result's money: made only of a verdict that lets its figures be told."""
