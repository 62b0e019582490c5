"""The redemption API: HTTP for residents' desks, acceptors, issuers' agents and auditors.

    python -m api --config api.toml                 serves it
    python -m api keys create --config api.toml --role acceptor --member 3
    python -m api keys list|revoke --config api.toml

    POST   /v1/wallets                              open_wallet
    GET    /v1/wallets/{wallet_id}                  get_wallet; DELETE forget_wallet
    GET    /v1/wallets/{wallet_id}/balance          get_balance
    GET    /v1/wallets/{wallet_id}/awards           list_awards
    POST   /v1/wallets/{wallet_id}/keys             register_key; /keys/prepare: what to sign
    POST   /v1/quotes                               quote
    POST   /v1/orders                               place_order; /prepare: what to sign
    GET    /v1/orders[/{order_id}]                  list_orders, get_order
    POST   /v1/orders/{order_id}/capture            capture_order; also /release /cancel /refund
    POST   /v1/orders/{order_id}/cancel/prepare     prepare_cancel: what to sign
    POST   /v1/donations                            donate; /prepare: what to sign
    POST   /v1/exchanges                            exchange
    GET    /v1/exchanges/{hold_id}                  get_exchange
    GET    /v1/members[/{member}]                   list_members, get_member
    GET    /v1/activities                           list_activities
    GET    /v1/windows[/{number}]                   list_windows, get_window
    POST   /v1/windows/{number}/close               close_window
    POST   /v1/windows/{number}/settlement          publish_settlement
    GET    /v1/totals                               get_totals, for everybody
    GET    / /docs /openapi.json /problems[/{code}] /healthz /readyz /metrics

``access`` says who may call what, ``guard`` is the gate before every endpoint, ``bootstrap`` wires
the process. A folder per resource has ``endpoints.py`` and ``schemas.py``. No endpoint commits.
"""
