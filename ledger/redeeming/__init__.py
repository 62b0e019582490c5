"""What the operator does for residents and acceptors: wallets, quotes, orders, gifts, relaying.

``service.RedemptionService`` is the one door for HTTP and command line; ``values`` is what it takes
and answers. Rules live on the chain and in ``ledger.rules``: here they are asked, never repeated.
"""
