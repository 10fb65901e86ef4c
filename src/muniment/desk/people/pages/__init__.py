"""The pages of people and access."""
