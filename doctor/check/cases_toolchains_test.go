package check

import "slices"

var toolchainsCases = slices.Concat(selectionLabCases, gorootCases, releaseCases)

// toolchainsQuoted are known from issues.
var toolchainsQuoted = []string{
	"download … for …: toolchain not available",                                                          // of Go 1.21 and 1.22 for a go line without a patch: golang/go#66175
	"building for macOS-x86_64 but attempting to link with file built for …",                             // golang/go#46724
	"can not run under Rosetta, check that the installed build of Go is right for your CPU architecture", // golang/vscode-go#1669
	"module requires at least …, but … was built with …",                                                 // dominikh/go-tools#1636
	"the Go language version (…) used to build … is lower than the targeted Go version (…)",              // golangci/golangci-lint
	"Version of Go is too old for this version of Delve",                                                 // go-delve/delve
	"command not found", // of the shell, in its language
}
