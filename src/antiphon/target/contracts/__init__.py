"""Readers of contract documents: OpenAPI and AsyncAPI, from text to what each operation and event promises."""
