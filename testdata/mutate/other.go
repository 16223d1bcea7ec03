//go:build !linux

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "mutate: it needs name spaces, as Linux has them")
	os.Exit(2)
}
