"""PostgreSQL in the cluster: a StatefulSet, and the two roles that the system knows."""

from __future__ import annotations

from typing import Any

from sandbox.localstack.cluster import POSTGRES_NODE_PORT
from sandbox.setup.credentials import Credentials
from sandbox.setup.database import DATABASE, OWNER, READER

NAMESPACE = "coursematch-data"
IMAGE = "postgres:18.1-bookworm"
ADDRESS = f"postgres.{NAMESPACE}.svc.cluster.local"
LABELS = {"app.kubernetes.io/name": "postgres", "app.kubernetes.io/part-of": "coursematch"}
# As sandbox/embedded/postgres.py grants them: the owner owns, the reader reads.
ROLES = f"""
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
CREATE ROLE {READER} LOGIN PASSWORD :'reader_password';
GRANT CONNECT ON DATABASE {DATABASE} TO {READER};
GRANT USAGE ON SCHEMA public TO {READER};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT SELECT ON TABLES TO {READER};
ALTER ROLE {READER} SET default_transaction_read_only = on;
"""
SCRIPT = """#!/bin/bash
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \\
     --set reader_password="$READER_PASSWORD" --file /roles/roles.sql
"""


def manifests(credentials: Credentials) -> list[dict[str, Any]]:
    """Give the database's objects; the Secret among them is in the clear."""
    metadata = {"name": "postgres", "namespace": NAMESPACE, "labels": LABELS}
    secret = {
        "POSTGRES_USER": OWNER,
        "POSTGRES_DB": DATABASE,
        "POSTGRES_PASSWORD": credentials.postgres_owner.value,
        "READER_PASSWORD": credentials.postgres_reader.value,
    }
    container = {
        "name": "postgres",
        "image": IMAGE,
        "envFrom": [{"secretRef": {"name": "postgres"}}],
        "env": [{"name": "PGDATA", "value": "/var/lib/postgresql/data/pgdata"}],
        "ports": [{"name": "postgres", "containerPort": 5432}],
        # Over TCP: the image's first start serves a half-made database on the socket only. Without a database's name
        # every probe leaves an error in the server's log.
        "readinessProbe": {
            "exec": {"command": ["pg_isready", "--host", "127.0.0.1", "--username", OWNER, "--dbname", DATABASE]},
            "periodSeconds": 2,
            "timeoutSeconds": 3,
        },
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"cpu": "1", "memory": "512Mi"}},
        "securityContext": {"allowPrivilegeEscalation": False},
        "volumeMounts": [
            {"name": "data", "mountPath": "/var/lib/postgresql/data"},
            {"name": "start", "mountPath": "/docker-entrypoint-initdb.d/roles.sh", "subPath": "roles.sh"},
            {"name": "start", "mountPath": "/roles/roles.sql", "subPath": "roles.sql"},
        ],
    }
    claim = {
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}},
    }
    pod = {
        "automountServiceAccountToken": False,
        "containers": [container],
        "volumes": [{"name": "start", "configMap": {"name": "postgres"}}],
    }
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
        {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": secret},
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": metadata,
            "data": {"roles.sql": ROLES, "roles.sh": SCRIPT},
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": metadata,
            "spec": {
                "type": "NodePort",
                "selector": LABELS,
                "ports": [{"name": "postgres", "port": 5432, "targetPort": "postgres", "nodePort": POSTGRES_NODE_PORT}],
            },
        },
        {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": metadata,
            "spec": {
                "serviceName": "postgres",
                "replicas": 1,
                "selector": {"matchLabels": LABELS},
                "template": {"metadata": {"labels": LABELS}, "spec": pod},
                "volumeClaimTemplates": [claim],
            },
        },
    ]
