"""Knowledge bases: who may read them, and what belongs to each."""
