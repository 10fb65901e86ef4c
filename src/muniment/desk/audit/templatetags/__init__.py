"""What the audit log's templates can say."""
