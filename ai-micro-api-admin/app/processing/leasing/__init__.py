"""Who works on which document."""
