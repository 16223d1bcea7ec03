//go:build !linux

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "race: it needs /proc, as Linux has it")
	os.Exit(2)
}
