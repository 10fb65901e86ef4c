"""The pages of channels: connections and their set-up, how each is heard, what is missing."""
