"""The pages of an acceptor's staff at a service point (服务点)."""
