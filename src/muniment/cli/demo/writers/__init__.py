"""The files that the firm's phones and platforms hand over, in the forms that those write."""
