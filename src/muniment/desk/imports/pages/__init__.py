"""The pages of imports, accounts, handles and hand-ins."""
