//go:build !linux && !darwin && !freebsd

package project

// A mountTable knows nothing: on Windows what is mounted in a directory is a reparse point, and those are no
// directories for the walk.
type mountTable struct{}

func readMounts([]string) mountTable { return mountTable{} }

func (*mountTable) refuses(string) SkipReason { return "" }

func (*mountTable) device(string) SkipReason { return "" }
