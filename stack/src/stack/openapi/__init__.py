"""The OpenAPI documents of the services: kept in docs/openapi, and compared with those of the last release."""
