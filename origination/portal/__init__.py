"""A customer's page, to be included below any path."""
