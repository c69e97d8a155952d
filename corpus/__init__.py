"""A file becomes articles and passages with exact source spans."""
