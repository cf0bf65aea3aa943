"""Faults on a real platform: processes killed, links cut, messages spoilt; then one checker."""
