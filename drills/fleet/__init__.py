"""A fleet of phones over a hostile network, and the people who carry envelopes with them."""
