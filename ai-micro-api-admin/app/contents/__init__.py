"""What knowledge bases hold: the rows of the three features, who may read them, and the locks of who changes them."""
