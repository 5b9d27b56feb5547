"""Chengdang 城档: the urban construction archives management system."""

__version__ = "0.1.0"
