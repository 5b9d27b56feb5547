"""The sheet of existing pipelines that a planning permit needs: asked for, made up, checked, signed, verified."""
