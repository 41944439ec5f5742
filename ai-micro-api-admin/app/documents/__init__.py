"""Documents: uploaded files with what was found in them."""
