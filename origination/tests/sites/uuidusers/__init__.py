"""A site whose users have uuids for keys and tokens of django-rest-knox."""
