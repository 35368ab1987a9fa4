"""Alternative texts and captions: built from what is known, unless somebody wrote one."""
