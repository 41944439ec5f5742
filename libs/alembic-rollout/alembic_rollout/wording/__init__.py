"""How messages say things: numbers with nouns, short lines, durations."""
