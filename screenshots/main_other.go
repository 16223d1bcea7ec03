//go:build !unix

// Screenshots makes the pictures of the README, on systems with pseudo-terminals.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "screenshots: this needs a pseudo-terminal: run it on Linux or macOS")
	os.Exit(1)
}
