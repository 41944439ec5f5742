"""The keys that sign access tokens: a folder of PEM files, published as a JWKS."""
