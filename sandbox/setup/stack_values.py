"""What the sandbox tells the Pulumi program, on every substrate alike; docs/settings.md lists the settings."""

from __future__ import annotations

from infra_pulumi.secret_text import Secret
from sandbox.setup.credentials import ALGOLIA_APP_ID, IDENTITY_AUDIENCE, IDENTITY_ISSUER, LMS_CLIENT_ID, Credentials
from sandbox.setup.database import DatabaseUrls

StackValues = dict[str, str | Secret]
"""Settings of a stack by name, without `coursematch:`; what is secret among them is a `Secret`."""


def stack_values(credentials: Credentials, database: DatabaseUrls, lms_url: str) -> StackValues:
    """Give the settings that every substrate's stack needs; a substrate adds what only it has."""
    return {
        "databaseUrl": database.reader,
        "lmsDatabaseUrl": database.owner,
        "algoliaAppId": ALGOLIA_APP_ID,
        "algoliaAdminKey": credentials.algolia_admin_key,
        "algoliaSearchKey": credentials.algolia_search_key,
        "identityIssuer": IDENTITY_ISSUER,
        "identityAudience": IDENTITY_AUDIENCE,
        "identitySigningKey": credentials.identity_signing_key,
        "lmsClientId": LMS_CLIENT_ID,
        "lmsClientSecret": credentials.lms_client_secret,
        "lmsLearnerPassword": credentials.lms_learner_password,
        "lmsPublicUrl": lms_url,
    }
