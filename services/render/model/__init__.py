"""3D models: checked, measured, optimised, made into USDZ for iOS, and pictured."""
