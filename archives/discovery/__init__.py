"""Finding: one search over records, organisations and pipelines, in step with every change and within permission."""
