"""The pages of the registry; each says which rows of the access policy it serves."""
