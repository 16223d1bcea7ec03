//go:build !unix

package gocmd

import "os/exec"

// alone leaves it at the program itself: what these systems have instead of a process group is made by the
// program that starts others, and git as it is called here starts none.
func alone(*exec.Cmd) {}
