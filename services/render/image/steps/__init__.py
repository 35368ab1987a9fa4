"""One step of the pipeline a file; `image/pipeline.py` names their order."""
