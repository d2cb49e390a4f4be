"""Forms as the Vietnamese administration knows them, from one small vocabulary of blocks."""
