"""What prepares the project on a machine: locked packages, third-party assets, compiled translations."""
