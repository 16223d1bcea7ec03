//go:build !windows

package cli

import "os"

// takesEscapes reports whether a terminal takes escape sequences: all do, and one that is dumb says so in TERM.
func takesEscapes(*os.File) bool { return true }
