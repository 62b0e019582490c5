"""The chain as SQL rows: a projection that can be thrown away and is the same when built again.

``ledger.index.index`` has ``open_index`` and ``Index``, which follows a node. What can be asked of
the rows stands in ``ledger.store.index_points``, ``index_network``, ``index_clearing`` and
``index_totals``.
"""
