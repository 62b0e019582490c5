"""The suite that every adapter passes, ours and a stranger's; docs/adapters.md says how."""
