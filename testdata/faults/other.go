//go:build !linux || !amd64

// Faults needs Linux on amd64: it stops godoctor at its system calls, and mounts file systems.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "faults: it runs on Linux on amd64 only")
	os.Exit(2)
}
