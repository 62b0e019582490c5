"""Pages for people, without outside requests and without a need for scripts; and the probes."""
