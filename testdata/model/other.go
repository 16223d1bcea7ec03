//go:build !linux || !amd64

// Model needs Linux on amd64: it stops godoctor at its system calls.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "model: it runs on Linux on amd64 only")
	os.Exit(2)
}
