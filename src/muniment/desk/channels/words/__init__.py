"""What the pages of channels say, in the reader's language: connectors and their settings, conditions, gaps, codes."""
