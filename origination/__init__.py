"""Origination statistics of call detail records: a reusable Django app."""

__version__ = "0.1.0"
