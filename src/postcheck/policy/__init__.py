"""Policies: clauses, and what follows from a finding."""

from __future__ import annotations

from postcheck.policy.clauses import Policy
from postcheck.policy.decide import Outcome, decide

__all__ = ["Outcome", "Policy", "decide"]
