"""Models as plug-ins: one ONNX file and one JSON card each."""
