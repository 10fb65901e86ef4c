"""The pages of the archive: the search workspace, conversations, messages, proofs, files, and what is captured about oneself."""
