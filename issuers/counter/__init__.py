"""The agent's counter: what clerks and IT staff ask of the running agent, on this machine alone."""
