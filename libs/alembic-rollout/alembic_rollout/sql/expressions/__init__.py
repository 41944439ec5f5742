"""What the parts of a statement say: definitions of columns, types, conditions, numbers of rows, dynamic SQL."""
