"""Family delegates: who may redeem for a resident, how much, where and until when."""
