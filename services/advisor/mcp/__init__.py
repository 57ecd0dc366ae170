"""The Model Context Protocol, stateless: revision 2026-07-28, and 2025-11-25 for clients that still shake hands.

Written out instead of taken from the SDK's server, which imports for longer than a Lambda's cold start allows and wants
an event loop; the SDK's own client proves it, in both eras (tests/advisor/test_mcp_clients.py).
"""
