"""The pages of prevention messages: the desk's, and those of the sectors."""
