"""What is true of dossiers: pure functions over plain values, standard library only."""
