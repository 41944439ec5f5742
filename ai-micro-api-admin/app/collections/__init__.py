"""Collections: one level of folders in a knowledge base, every document in exactly one."""
