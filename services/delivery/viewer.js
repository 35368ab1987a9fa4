// Before the viewer: it would look for what unpacks a model's geometry on a host that is not ours.
self.ModelViewerElement = {
  meshoptDecoderLocation: "/s/meshopt.js",
  dracoDecoderLocation: "/s/none/",
  ktx2TranscoderLocation: "/s/none/",
  lottieLoaderLocation: "/s/none/",
};
