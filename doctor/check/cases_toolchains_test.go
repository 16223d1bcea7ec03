package check

import "slices"

var toolchainsCases = slices.Concat(selectionLabCases)

// toolchainsQuoted are known from issues.
var toolchainsQuoted = []string{
	"download … for …: toolchain not available", // of Go 1.21 and 1.22 for a go line without a patch: golang/go#66175
}
