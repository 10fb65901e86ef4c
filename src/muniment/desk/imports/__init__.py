"""The imports app: files that are brought in and their balance sheets, capture accounts, and handles that nobody claims."""
