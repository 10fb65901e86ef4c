"""The audit app: who read, searched, exported and changed what, entry by entry, each with its proof."""
