"""Tables of the register."""
