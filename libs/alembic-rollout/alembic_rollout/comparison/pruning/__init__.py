"""What a comparison leaves out of what it has found."""
