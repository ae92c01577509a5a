// The target's first file; real ones follow.
