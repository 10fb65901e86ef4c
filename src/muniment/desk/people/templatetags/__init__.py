"""What the templates of the people app can say."""
