"""What an office decides about pipelines: import profiles, plane systems, secrecy, checks, base layers."""
