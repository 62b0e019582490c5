"""The surfaces there are: whose pages, under which path, and what somebody must have to see them.

Pages are added to them in the folder of each surface; ``api.web.site`` names the modules.
"""

from __future__ import annotations

from api.web.route import DAY_S, HOUR_S, Surface

PUBLIC = Surface("public", "", personal=False)
"""Everybody's: start, documentation, errors."""
DESIGN = Surface("design", "/design", personal=False)
"""The components, for those who make pages."""
RESIDENT = Surface("my", "/my", by="access", sign_in="/my/sign-in", life_s=30 * DAY_S, lasting=True)
"""居民: a resident at home, signed in by a provider."""
COUNTER = Surface("counter", "/counter", by="key", sign_in="/counter/sign-in", life_s=12 * HOUR_S)
"""服务点: an acceptor's staff with the acceptor's key."""
