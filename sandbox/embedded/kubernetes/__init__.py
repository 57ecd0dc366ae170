"""Kubernetes manifests, read and run as local processes."""
