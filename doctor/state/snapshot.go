package state

// WriteSnapshot writes a snapshot to a file that a person names, as WritePlan does.
func WriteSnapshot(file string, b []byte) error { return WritePlan(file, b) }
