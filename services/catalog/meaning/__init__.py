"""Words as numbers: what means nearly the same lies near, in whatever language it is said."""
