"""Selected pipelines as files of the formats that offices exchange; each format one module with one `write`.

Points have `east` and `north`, segments `geometry`, in metres of the one plane that `crs` names.
"""
