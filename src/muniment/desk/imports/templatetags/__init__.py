"""What the templates of imports and productions can say."""
