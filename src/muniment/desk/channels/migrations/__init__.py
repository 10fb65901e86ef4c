"""Migrations of the channels app."""
