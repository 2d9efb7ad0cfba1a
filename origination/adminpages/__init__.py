"""What the admin shows. Private; ``origination.admin`` has the classes that a host registers."""
