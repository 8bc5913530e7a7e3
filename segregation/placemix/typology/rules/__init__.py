"""Schemes of types: rules as data, read and checked whole."""
