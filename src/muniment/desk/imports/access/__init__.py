"""Every read about imports: what was brought in, which accounts there are, which handles belong to nobody, what was handed in."""
