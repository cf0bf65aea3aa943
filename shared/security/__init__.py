"""Who is acting, and whether they may: policies, sessions, tokens, links; no business rule."""

from shared.security.actor import Actor, Role
from shared.security.policies import Policy, action_link, public, staff

__all__ = ["Actor", "Policy", "Role", "action_link", "public", "staff"]
