package check

import "slices"

// A Condition is one way for a Go machine to be sick, in the catalogue that the checks were made from: what it is, and
// how it is told.
type Condition struct {
	ID, Title string
	Why       string   // no check looks for it by itself: why; "" where one does
	Checks    []string // that cover it, in the order of the table
}

// byPageOnly are the conditions that nothing on a disk tells: their text is recognised, and they have a manual page.
var byPageOnly = map[string]string{
	"C83": "nothing on the disk tells whether a cached result would be another one now: recognised by what go prints",
}

// Conditions are C01 to C85, each with the checks of the table that cover it.
func Conditions() []Condition {
	out := slices.Clone(conditions)
	for _, c := range All() {
		for i := range out {
			if slices.Contains(c.Covers, out[i].ID) {
				out[i].Checks = append(out[i].Checks, c.ID)
			}
		}
	}
	for i := range out {
		out[i].Why = byPageOnly[out[i].ID]
	}
	return out
}

var conditions = []Condition{
	{ID: "C01", Title: "a line of go.sum is wrong, the cache is right"},
	{ID: "C02", Title: ".ziphash is wrong, the zip is right"},
	{ID: "C03", Title: "the zip was altered, and .ziphash with it"},
	{ID: "C04", Title: "the zip has no files"},
	{ID: "C05", Title: "a tag was moved: the origin and the proxy disagree"},
	{ID: "C06", Title: "a proxy makes zips by old rules"},
	{ID: "C07", Title: "two hashes for one module version"},
	{ID: "C08", Title: "the cached go.mod file was altered"},
	{ID: "C09", Title: "a hash of an unknown kind in go.sum"},
	{ID: "C10", Title: "go.work.sum or another go.sum of the workspace disagrees"},
	{ID: "C11", Title: "an edited module directory is compiled"},
	{ID: "C12", Title: "a file added to a module directory is not seen"},
	{ID: "C13", Title: "files lack in a module directory"},
	{ID: "C14", Title: "the index of a module was made while it was damaged"},
	{ID: "C15", Title: "the zip is truncated"},
	{ID: "C16", Title: ".ziphash is missing"},
	{ID: "C17", Title: "what interrupted work left"},
	{ID: "C18", Title: "lines lack in go.sum"},
	{ID: "C19", Title: "merge markers in go.mod or go.sum"},
	{ID: "C20", Title: "the tree head of the checksum database is damaged"},
	{ID: "C21", Title: "a record or tile of the checksum database is damaged"},
	{ID: "C22", Title: "a cached toolchain is damaged"},
	{ID: "C23", Title: "the path that a module declares is another one"},
	{ID: "C24", Title: "names that differ only in case"},
	{ID: "C25", Title: "GOMODCACHE cannot be used"},
	{ID: "C26", Title: "there is no home directory"},
	{ID: "C27", Title: "GOCACHE cannot be used"},
	{ID: "C28", Title: "parts of GOCACHE belong to root"},
	{ID: "C29", Title: "parts of GOMODCACHE belong to root"},
	{ID: "C30", Title: "the module cache is half deleted"},
	{ID: "C31", Title: "trees that cannot be written surprise other programs"},
	{ID: "C32", Title: "the disk is full"},
	{ID: "C33", Title: "the directory for temporary files is missing or runs nothing"},
	{ID: "C34", Title: "go waits for a lock, silently"},
	{ID: "C35", Title: "a file system without locks"},
	{ID: "C36", Title: "too few open files are allowed"},
	{ID: "C37", Title: "GOCACHEPROG is broken"},
	{ID: "C38", Title: "the build cache is never trimmed"},
	{ID: "C39", Title: "the cache is cleaned while a build runs"},
	{ID: "C40", Title: "GOROOT is that of another Go"},
	{ID: "C41", Title: "GOROOT is missing, or no Go tree"},
	{ID: "C42", Title: "two releases were unpacked over each other"},
	{ID: "C43", Title: "several go commands: shell, editor and CI differ"},
	{ID: "C44", Title: "Go is too old and may not switch"},
	{ID: "C45", Title: "a language version was used as a toolchain"},
	{ID: "C46", Title: "GOTOOLCHAIN=path, and there is no such program"},
	{ID: "C47", Title: "GOTOOLCHAIN is invalid, or pinned too old"},
	{ID: "C48", Title: "the download of a toolchain is blocked"},
	{ID: "C49", Title: "the toolchain line is not heard"},
	{ID: "C50", Title: "parts of GOROOT are not installed"},
	{ID: "C51", Title: "a Go with a known hole in its checksum checks"},
	{ID: "C52", Title: "a Go for another architecture"},
	{ID: "C53", Title: "a tool that was built with an older Go"},
	{ID: "C54", Title: "an installed program is not found, or another one is"},
	{ID: "C55", Title: "a setting that go env -w wrote and another place hides"},
	{ID: "C56", Title: "the GOENV file is passed over or cannot be read"},
	{ID: "C57", Title: "a setting keeps every go command from starting"},
	{ID: "C58", Title: "GOFLAGS"},
	{ID: "C59", Title: "GOOS or GOARCH was left set"},
	{ID: "C60", Title: "cgo without a C compiler, or off"},
	{ID: "C61", Title: "a mode that go does not know"},
	{ID: "C62", Title: "GO111MODULE=off"},
	{ID: "C63", Title: "GOPATH"},
	{ID: "C64", Title: "switches that change a build without a word"},
	{ID: "C65", Title: "GOPROXY is malformed"},
	{ID: "C66", Title: "a proxy is down, and the list stops there"},
	{ID: "C67", Title: "a private module is asked for at a public proxy"},
	{ID: "C68", Title: "GOPRIVATE is too wide, or direct without git"},
	{ID: "C69", Title: "git cannot log in"},
	{ID: "C70", Title: "GOVCS forbids it"},
	{ID: "C71", Title: "GOSUMDB is broken or off"},
	{ID: "C72", Title: "certificates and the HTTP proxy"},
	{ID: "C73", Title: "what lacks for work without a network"},
	{ID: "C74", Title: "the module is not in go.work"},
	{ID: "C75", Title: "go.work is broken"},
	{ID: "C76", Title: "a go.work or go.mod far above takes hold"},
	{ID: "C77", Title: "a local replacement is missing"},
	{ID: "C78", Title: "vendor does not agree with go.mod"},
	{ID: "C79", Title: "a vendored file was edited"},
	{ID: "C80", Title: "vendor is not complete"},
	{ID: "C81", Title: "git does not say which commit this is"},
	{ID: "C82", Title: "all files of a package are excluded"},
	{ID: "C83", Title: "a cached test result is out of date"},
	{ID: "C84", Title: "go.mod needs an update"},
	{ID: "C85", Title: "no module"},
}
