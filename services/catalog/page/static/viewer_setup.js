// Before the viewer: it would look for what unpacks a model's geometry on a host that is not ours.
self.ModelViewerElement = {
  meshoptDecoderLocation: "/viewer/meshopt.js",
  dracoDecoderLocation: "/viewer/none/",
  ktx2TranscoderLocation: "/viewer/none/",
  lottieLoaderLocation: "/viewer/none/",
};
