"""A release of this repository: one version for all its parts, a dated changelog, a commit and a tag."""
