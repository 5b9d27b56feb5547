"""What returns come to: one area, one region, rates, standards."""
