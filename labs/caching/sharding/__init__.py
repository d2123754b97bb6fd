"""Which of several cache servers has a key: remainders, rings, rendezvous, jump, and what happens when one goes."""
