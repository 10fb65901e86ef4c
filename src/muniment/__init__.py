"""Muniment: the open archive in which a regulated firm keeps, finds, supervises and proves its messages."""
